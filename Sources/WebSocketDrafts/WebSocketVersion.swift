import HTTP

/// A version of the WebSocket protocol that a browser has shipped.
///
/// The drafts between them were not shipped by a browser, or share the number of one of these.
package enum WebSocketVersion: String, CaseIterable, Sendable, Hashable {
    /// draft-hixie-thewebsocketprotocol-75: text between 0x00 and 0xFF, no challenge, no closing handshake.
    case hixie75 = "hixie-75"
    /// draft-hixie-thewebsocketprotocol-76, which the IETF's working group took over as its draft 00: with a challenge
    /// that a server answers by MD5, and a closing frame.
    case hixie76 = "hixie-76"
    /// draft-ietf-hybi-thewebsocketprotocol-07: frames and handshake as in RFC 6455 except for names and numbers.
    case hybi07 = "hybi-07"
    /// draft-ietf-hybi-thewebsocketprotocol-10; drafts 08 to 12 share its number.
    case hybi10 = "hybi-10"
    /// RFC 6455.
    case rfc6455 = "rfc6455"

    package var isDraft: Bool { self != .rfc6455 }

    /// Whether messages may be binary; the hixie drafts have only text.
    package var carriesBinary: Bool { !isHixie }

    /// Whether the handshake survives a proxy that rewrites header fields in ways that HTTP allows.
    package var passesProxies: Bool { !isHixie }

    /// Whether there are Pings.
    package var hasPings: Bool { !isHixie }

    /// Whether frames are those of the hixie drafts; all later versions use RFC 6455's.
    var isHixie: Bool { number == nil }

    /// Value of `Sec-WebSocket-Version`; the hixie drafts have no such field.
    ///
    /// One close code differs too: in draft 07 a frame that is too large was 1004, which RFC 6455 reserves. Here it is
    /// 1009 in every version; only a peer that sends such a frame sees it.
    package var number: String? {
        switch self {
        case .hixie75, .hixie76: nil
        case .hybi07: "7"
        case .hybi10: "8"
        case .rfc6455: "13"
        }
    }
}

extension WebSocketVersion {
    /// The version of an opening request.
    ///
    /// - Returns: `nil` if the request fits no version; RFC 6455's handshake then reports what is missing.
    package init?(of head: RequestHead) {
        let fields = head.headerFields
        if let number = fields.single("Sec-WebSocket-Version") {
            guard let version = Self.allCases.first(where: { $0.number == number }) else { return nil }
            self = version
            return
        }
        guard fields.single("Upgrade") == "WebSocket" else { return nil }
        if !(fields.values("Sec-WebSocket-Key1") + fields.values("Sec-WebSocket-Key2")).isEmpty {
            self = .hixie76
        } else if !fields.hasName(beginningWith: "sec-websocket-") {
            self = .hixie75
        } else {
            return nil
        }
    }
}
