import HTTP
import NIOCore
import WebSocketProtocol

/// Decides whether a request of a hixie draft becomes a WebSocket (draft 75 §4, draft 76 §5).
struct HixieServerHandshake: Sendable {
    private let version: WebSocketVersion
    private let subprotocols: [String]

    /// - Parameters:
    ///   - version: One of the hixie drafts.
    ///   - subprotocols: The supported subprotocols; a client names at most one.
    init(_ version: WebSocketVersion, subprotocols: [String] = []) {
        precondition(version.isHixie, "later drafts have RFC 6455's handshake")
        self.version = version
        self.subprotocols = subprotocols
    }

    /// - Throws: ``HandshakeRefusal`` if the request violates the draft.
    func accept(_ head: RequestHead) throws(HandshakeRefusal) -> HixieAcceptance {
        try ServerHandshake.checkHTTP(head)
        let fields = head.headerFields
        try checkUpgrade(fields)
        guard let origin = fields.single("Origin"), !origin.isEmpty else {
            throw HandshakeRefusal(400, "\(version.rawValue) needs exactly one Origin field.")
        }
        let keys = version == .hixie76 ? try keys(fields) : nil
        let asked = fields.single(HixieFieldNames(version).subprotocol)
        let host = fields.single("Host") ?? ""
        let echoed = HixieEchoedFields(
            origin: origin, location: "ws://\(host)\(head.target)",
            subprotocol: asked.flatMap { subprotocols.contains($0) ? $0 : nil })
        return HixieAcceptance(version, echoed: echoed, keys: keys)
    }

    private func checkUpgrade(_ fields: HeaderFields) throws(HandshakeRefusal) {
        guard fields.single("Upgrade") == "WebSocket", fields.single("Connection") == "Upgrade" else {
            throw HandshakeRefusal(400, "\(version.rawValue) needs \"Upgrade: WebSocket\" and \"Connection: Upgrade\".")
        }
    }

    private func keys(_ fields: HeaderFields) throws(HandshakeRefusal) -> (HixieKey, HixieKey) {
        guard let key1 = fields.single("Sec-WebSocket-Key1").flatMap(HixieKey.init(reading:)),
            let key2 = fields.single("Sec-WebSocket-Key2").flatMap(HixieKey.init(reading:))
        else {
            throw HandshakeRefusal(
                400,
                "hixie-76 needs Sec-WebSocket-Key1 and -Key2, with digits that are a multiple of the number of spaces.")
        }
        return (key1, key2)
    }
}

/// A hixie handshake whose request headers were accepted.
struct HixieAcceptance: WebSocketAcceptance, Sendable, Equatable {
    let agreement: HandshakeAgreement
    private let version: WebSocketVersion
    private let responseHead: String
    private let key1: HixieKey?
    private let key2: HixieKey?

    init(_ version: WebSocketVersion, echoed: HixieEchoedFields, keys: (HixieKey, HixieKey)?) {
        self.version = version
        agreement = HandshakeAgreement(subprotocol: echoed.subprotocol)
        responseHead = HixieFieldNames(version).responseHead(echoed)
        (key1, key2) = (keys?.0, keys?.1)
    }

    /// hixie-76 consumes eight bytes after the request's header section, hixie-75 none.
    func response(to bytes: inout ByteBuffer) -> ByteBuffer? {
        var response = ByteBuffer(string: responseHead)
        guard let key1, let key2 else { return response }
        guard let tail = bytes.readBytes(length: HixieChallenge.tailBytes) else { return nil }
        response.writeBytes(HixieChallenge(key1: key1, key2: key2, tail: tail).answer)
        return response
    }

    // The drafts have no Pings and no compression.
    func makeSession(limits: WebSocketLimits, keepAlive: KeepAlive?, keepsIdleStreams: Bool) -> any WebSocketSession {
        HixieEndpoint(version, role: .server, limits: limits)
    }
}
