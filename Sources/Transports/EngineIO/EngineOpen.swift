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

    private static let longestID = 256
    private static let times = 1...3_600_000

    /// - Returns: `nil` if a value is missing, or not usable: an id becomes part of a URL.
    init?(_ json: some Collection<UInt8>) {
        var reader = JSONReader(json)
        var (id, interval, timeout) = (String?.none, Int?.none, Int?.none)
        let isObject = reader.object { reader, name in
            switch String(decoding: name, as: UTF8.self) {
            case "sid": id = reader.string().map { String(decoding: $0, as: UTF8.self) }
            case "pingInterval": interval = reader.wholeNumber()
            case "pingTimeout": timeout = reader.wholeNumber()
            default: return reader.skipValue()
            }
            return true
        }
        guard isObject, reader.isAtEnd, let id, let interval, let timeout, Self.times.contains(interval),
            Self.times.contains(timeout), !id.isEmpty, id.utf8.count <= Self.longestID,
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
