import Codecs
import Measurement
import WireAccounting

/// What the server says when it opens a session of Engine.IO: `0{"sid":"…","pingInterval":25000,…}`.
struct EngineOpen: Equatable, Sendable {
    /// The session's name, which further requests repeat.
    let id: String
    /// The server sends a ping after this time.
    let pingInterval: Duration
    /// How much later than that a ping may come.
    let pingTimeout: Duration

    private static let sid = JSONPointer(member: "sid")
    private static let interval = JSONPointer(member: "pingInterval")
    private static let timeout = JSONPointer(member: "pingTimeout")
    private static let longestID = 256
    private static let times = 1...3_600_000

    /// - Returns: `nil` if a value is missing, or not usable: an id becomes part of a URL.
    init?(_ json: some Collection<UInt8>) {
        let json = EngineJSON(json)
        guard let id = json.string(at: Self.sid).map({ String(decoding: $0, as: UTF8.self) }),
            let interval = json.wholeNumber(at: Self.interval), let timeout = json.wholeNumber(at: Self.timeout),
            Self.times.contains(interval), Self.times.contains(timeout), !id.isEmpty, id.utf8.count <= Self.longestID,
            id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.~".contains($0)) })
        else { return nil }
        self.id = id
        pingInterval = .milliseconds(interval)
        pingTimeout = .milliseconds(timeout)
    }
}

/// A packet that a client of Engine.IO sends, and the layer of its bytes.
struct EnginePacket: Equatable, Sendable {
    let text: String
    let layer: ByteLayer

    /// Connects the namespace `/` of Socket.IO.
    static let connect = EnginePacket(text: "40", layer: .handshake)
    static let probe = EnginePacket(text: "2probe", layer: .handshake)
    static let upgrade = EnginePacket(text: "5", layer: .handshake)
}
