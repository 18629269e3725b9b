/// The subprotocol that a client offers (RFC 6455 §1.9), and what the server must answer.
enum OfferedSubprotocol: Equatable {
    /// PushLab's. A server that chooses no subprotocol has agreed to the text form, which is the default.
    case feed(FeedSubprotocol)
    case named(String)
    case none

    init(_ offer: SubprotocolOffer, own: FeedSubprotocol) {
        switch offer {
        case .own: self = .feed(own)
        case .none: self = .none
        case .named(let name): self = .named(name)
        }
    }

    /// The form of items in the messages.
    var form: FeedSubprotocol? {
        if case .feed(let form) = self { form } else { nil }
    }

    var name: String? {
        switch self {
        case .feed(let form): form.rawValue
        case .named(let name): name
        case .none: nil
        }
    }

    /// The offer that the server has not agreed to; `nil` if all is right.
    ///
    /// - Parameter chosen: The subprotocol that the server has chosen. The handshake has checked that it was offered.
    /// - Returns: The name of the offer.
    func declined(by chosen: String?) -> String? {
        switch self {
        case .feed(let form): FeedSubprotocol(agreed: chosen) == form ? nil : name
        case .named(let name): chosen == name ? nil : name
        case .none: nil
        }
    }
}
