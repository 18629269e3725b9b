import HTTP

/// The `permessage-deflate` element of an offer or a response (RFC 7692 §7.1).
struct DeflateElement: Equatable {
    static let name = "permessage-deflate"

    /// An offer may name `client_max_window_bits` without a value.
    enum ClientWindow: Equatable {
        case unnamed, named
        case bits(Int)
    }

    var serverNoContextTakeover = false
    var clientNoContextTakeover = false
    var serverMaxWindowBits: Int?
    var clientWindow = ClientWindow.unnamed

    init() {}

    /// - Returns: `nil` if a parameter is unknown, duplicated or has an invalid value. A server then declines the
    ///   offer; a client fails the connection (§7.1).
    init?(_ element: ExtensionElement) {
        guard element.name.equalsIgnoringCase(Self.name) else { return nil }
        for parameter in element.parameters {
            guard set(parameter.name, parameter.value) else { return nil }
        }
    }

    private mutating func set(_ name: String, _ value: String?) -> Bool {
        switch (name.lowercased(), value) {
        case ("server_no_context_takeover", nil) where !serverNoContextTakeover:
            serverNoContextTakeover = true
        case ("client_no_context_takeover", nil) where !clientNoContextTakeover:
            clientNoContextTakeover = true
        case ("server_max_window_bits", let value?) where serverMaxWindowBits == nil:
            serverMaxWindowBits = Self.bits(value)
            return serverMaxWindowBits != nil
        case ("client_max_window_bits", nil) where clientWindow == .unnamed:
            clientWindow = .named
        case ("client_max_window_bits", let value?) where clientWindow == .unnamed:
            guard let bits = Self.bits(value) else { return false }
            clientWindow = .bits(bits)
        default:
            return false
        }
        return true
    }

    private static func bits(_ text: String) -> Int? {
        DeflateParameters.windowBits.first { String($0) == text }
    }

    var text: String {
        var parts = [Self.name]
        if serverNoContextTakeover { parts.append("server_no_context_takeover") }
        if clientNoContextTakeover { parts.append("client_no_context_takeover") }
        if let bits = serverMaxWindowBits { parts.append("server_max_window_bits=\(bits)") }
        switch clientWindow {
        case .unnamed: break
        case .named: parts.append("client_max_window_bits")
        case .bits(let bits): parts.append("client_max_window_bits=\(bits)")
        }
        return parts.joined(separator: "; ")
    }
}

extension DeflateParameters {
    /// The agreement in the syntax of `Sec-WebSocket-Extensions`.
    package var text: String {
        var element = DeflateElement()
        element.serverNoContextTakeover = serverNoContextTakeover
        element.clientNoContextTakeover = clientNoContextTakeover
        if serverMaxWindowBits < Self.mostWindowBits { element.serverMaxWindowBits = serverMaxWindowBits }
        if clientMaxWindowBits < Self.mostWindowBits { element.clientWindow = .bits(clientMaxWindowBits) }
        return element.text
    }

    /// The offer of a client with these parameters.
    var offer: DeflateElement {
        var offer = DeflateElement()
        offer.serverNoContextTakeover = serverNoContextTakeover
        offer.clientNoContextTakeover = clientNoContextTakeover
        if serverMaxWindowBits < Self.mostWindowBits { offer.serverMaxWindowBits = serverMaxWindowBits }
        let isLimited = clientMaxWindowBits < Self.mostWindowBits
        offer.clientWindow = isLimited ? .bits(clientMaxWindowBits) : .named
        return offer
    }

    /// The agreement of a server with these parameters to one element of the client's offer.
    func agreement(to offer: DeflateElement) -> DeflateParameters {
        var agreed = self
        agreed.serverNoContextTakeover = serverNoContextTakeover || offer.serverNoContextTakeover
        agreed.clientNoContextTakeover = clientNoContextTakeover || offer.clientNoContextTakeover
        agreed.serverMaxWindowBits = min(serverMaxWindowBits, offer.serverMaxWindowBits ?? Self.mostWindowBits)
        switch offer.clientWindow {
        // §7.1.2.2: the server must not set the limit if the client's offer does not contain it.
        case .unnamed: agreed.clientMaxWindowBits = Self.mostWindowBits
        case .named: break
        case .bits(let bits): agreed.clientMaxWindowBits = min(clientMaxWindowBits, bits)
        }
        return agreed
    }

    /// The server's response that states this agreement to `offer`.
    func response(to offer: DeflateElement) -> DeflateElement {
        var response = DeflateElement()
        response.serverNoContextTakeover = serverNoContextTakeover
        response.clientNoContextTakeover = clientNoContextTakeover
        let limitsServer = offer.serverMaxWindowBits != nil || serverMaxWindowBits < Self.mostWindowBits
        if limitsServer { response.serverMaxWindowBits = serverMaxWindowBits }
        if clientMaxWindowBits < Self.mostWindowBits { response.clientWindow = .bits(clientMaxWindowBits) }
        return response
    }

    /// The agreement of a client with these parameters, given the server's response.
    ///
    /// - Parameter response: The only element of the server's list.
    /// - Returns: `nil` if the response does not match the offer: fail the connection (§7.1).
    func agreement(confirmedBy response: DeflateElement) -> DeflateParameters? {
        var agreed = self
        // §7.1.1.1, §7.1.2.1: a server accepts these parameters by repeating them.
        guard response.serverNoContextTakeover || !serverNoContextTakeover else { return nil }
        agreed.serverNoContextTakeover = response.serverNoContextTakeover
        agreed.clientNoContextTakeover = clientNoContextTakeover || response.clientNoContextTakeover
        agreed.serverMaxWindowBits = response.serverMaxWindowBits ?? Self.mostWindowBits
        guard agreed.serverMaxWindowBits <= serverMaxWindowBits else { return nil }
        switch response.clientWindow {
        case .unnamed: return agreed
        case .named: return nil
        case .bits(let bits):
            agreed.clientMaxWindowBits = bits
            return bits <= clientMaxWindowBits ? agreed : nil
        }
    }
}

extension DeflateParameters {
    /// The agreement that a server's response states, for an observer that did not see the offer.
    ///
    /// `nil` if there is no valid `permessage-deflate`.
    ///
    /// - Parameter fields: The fields of the response.
    package init?(agreedIn fields: HeaderFields) {
        guard let elements = ExtensionElement.list(fields.values("Sec-WebSocket-Extensions")), elements.count == 1,
            let response = DeflateElement(elements[0])
        else { return nil }
        var clientBits = Self.mostWindowBits
        if case .bits(let bits) = response.clientWindow { clientBits = bits }
        self.init(
            serverNoContextTakeover: response.serverNoContextTakeover,
            clientNoContextTakeover: response.clientNoContextTakeover,
            serverMaxWindowBits: response.serverMaxWindowBits ?? Self.mostWindowBits,
            clientMaxWindowBits: clientBits)
    }
}

extension DeflateParameters {
    /// Whether a value of `Sec-WebSocket-Extensions` follows the grammar of RFC 6455 §9.1.
    package static func isExtensionList(_ value: String) -> Bool {
        ExtensionElement.list([value]) != nil
    }
}
