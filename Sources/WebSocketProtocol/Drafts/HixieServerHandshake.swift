import NIOCore

/// Decides whether a request of a hixie draft becomes a WebSocket (draft 75 §4, draft 76 §5).
package struct HixieServerHandshake: Sendable {
    package enum Answer: Sendable, Equatable {
        case accepted(HixieAcceptance)
        case refused(HandshakeRefusal)
    }

    private let version: WebSocketVersion
    private let subprotocols: [String]
    private let allowedOrigins: Set<String>?

    /// - Parameters:
    ///   - version: One of the hixie drafts.
    ///   - subprotocols: The subprotocols spoken here; a client names one at most.
    ///   - allowedOrigins: The origins let in; `nil` lets in all.
    package init(_ version: WebSocketVersion, subprotocols: [String] = [], allowedOrigins: Set<String>? = nil) {
        precondition(version.isHixie, "later drafts have RFC 6455's handshake")
        self.version = version
        self.subprotocols = subprotocols
        self.allowedOrigins = allowedOrigins
    }

    package func answer(_ request: HandshakeRequest) -> Answer {
        let fields = HeaderFields(request.fields)
        do {
            let host = try checkedHost(request, fields)
            let origin = try checkedOrigin(fields)
            let keys = version == .hixie76 ? try keys(fields) : nil
            let names = HixieFieldNames(version)
            let asked = fields.single(names.subprotocol)
            let echoed = HixieEcho(
                origin: origin, location: "ws://\(host)\(request.target)",
                subprotocol: asked.flatMap { subprotocols.contains($0) ? $0 : nil })
            return .accepted(HixieAcceptance(version, echoed: echoed, keys: keys))
        } catch {
            return .refused(error)
        }
    }

    private func checkedHost(
        _ request: HandshakeRequest, _ fields: HeaderFields
    ) throws(HandshakeRefusal) -> String {
        guard request.method == "GET" else {
            throw HandshakeRefusal(405, "A WebSocket is opened with GET.", [("Allow", "GET")])
        }
        guard request.version == "HTTP/1.1", let host = fields.single("Host"), !host.isEmpty else {
            throw HandshakeRefusal(400, "A WebSocket is opened over HTTP/1.1 with exactly one Host field.")
        }
        guard fields.single("Upgrade") == "WebSocket", fields.single("Connection") == "Upgrade" else {
            throw HandshakeRefusal(400, "\(version.rawValue) needs \"Upgrade: WebSocket\" and \"Connection: Upgrade\".")
        }
        return host
    }

    private func checkedOrigin(_ fields: HeaderFields) throws(HandshakeRefusal) -> String {
        guard let origin = fields.single("Origin"), !origin.isEmpty else {
            throw HandshakeRefusal(400, "\(version.rawValue) needs exactly one Origin field.")
        }
        guard allowedOrigins?.contains(origin) ?? true else {
            throw HandshakeRefusal(403, "This origin may not connect.")
        }
        return origin
    }

    private func keys(_ fields: HeaderFields) throws(HandshakeRefusal) -> (HixieKey, HixieKey) {
        guard let key1 = fields.single("Sec-WebSocket-Key1").flatMap(HixieKey.init(reading:)),
            let key2 = fields.single("Sec-WebSocket-Key2").flatMap(HixieKey.init(reading:))
        else {
            throw HandshakeRefusal(
                400, "hixie-76 needs Sec-WebSocket-Key1 and -Key2, whose digits their number of spaces divides.")
        }
        return (key1, key2)
    }
}

/// A hixie handshake that succeeded as far as the request head goes.
package struct HixieAcceptance: Sendable, Equatable {
    package let subprotocol: String?
    private let version: WebSocketVersion
    private let responseHead: String
    private let key1: HixieKey?
    private let key2: HixieKey?

    init(_ version: WebSocketVersion, echoed: HixieEcho, keys: (HixieKey, HixieKey)?) {
        self.version = version
        subprotocol = echoed.subprotocol
        responseHead = HixieFieldNames(version).responseHead(echoed)
        (key1, key2) = (keys?.0, keys?.1)
    }

    /// Ends the handshake.
    ///
    /// - Parameter bytes: Unread input after the request head; hixie-76 consumes eight bytes, hixie-75 none.
    /// - Returns: The response to write, or `nil` while bytes are missing.
    package func response(to bytes: inout ByteBuffer) -> ByteBuffer? {
        var response = ByteBuffer(string: responseHead)
        guard let key1, let key2 else { return response }
        guard let tail = bytes.readBytes(length: HixieChallenge.tailBytes) else { return nil }
        response.writeBytes(HixieChallenge(key1: key1, key2: key2, tail: tail).answer)
        return response
    }
}
