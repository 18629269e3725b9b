import Codecs
import WebSocketProtocol

/// Inflates the compressed messages of one direction of a WebSocket (RFC 7692 §7.2.2), from payload in chunks.
///
/// Not `Sendable`: it stays with its connection.
final class MessageInflater {
    private static let tail: [UInt8] = [0x00, 0x00, 0xff, 0xff]
    /// A message is not inflated beyond this size.
    static let mostBytes = 16 << 20

    private let stream: InflateStream
    private let forgetsContext: Bool
    private var room = [UInt8](repeating: 0, count: 4 << 10)
    /// Whether a message could not be inflated; later ones refer to it, so they are not tried.
    private(set) var isBroken = false
    private var endsInsideBlock = false
    private(set) var bytes = 0
    private(set) var beginning: [UInt8] = []

    init(_ deflate: DeflateParameters, fromClient: Bool) {
        let windowBits = fromClient ? deflate.clientMaxWindowBits : deflate.serverMaxWindowBits
        stream = InflateStream(.raw, windowBits: windowBits)
        forgetsContext = fromClient ? deflate.clientNoContextTakeover : deflate.serverNoContextTakeover
    }

    /// The payload of a compressed message continues; unmasked.
    func take(_ payload: UnsafeRawBufferPointer) {
        if isBroken || payload.isEmpty { return }
        isBroken = !stream.withInput(payload) { inflateAll() }
    }

    /// The message is complete.
    ///
    /// - Returns: Its size and first bytes; `nil` if it is not valid.
    func finish() -> (bytes: Int, beginning: [UInt8])? {
        Self.tail.withUnsafeBytes { take($0) }
        defer { (bytes, beginning) = (0, []) }
        // A message must end between two blocks.
        if endsInsideBlock { isBroken = true }
        if isBroken { return nil }
        if forgetsContext { stream.reset() }
        return (bytes, beginning)
    }

    private func inflateAll() -> Bool {
        repeat {
            let (count, progress) = room.withUnsafeMutableBytes { stream.inflate(into: $0) }
            bytes += count
            beginning += room[..<count].prefix(max(0, DissectionLimits.mostBytes - beginning.count))
            switch progress {
            case .advanced: endsInsideBlock = !stream.isBetweenBlocks
            case .stalled: return true
            case .ended:
                // §7.2.3.4 allows blocks marked as final.
                endsInsideBlock = false
                stream.resetKeepingWindow()
            case .invalid: return false
            }
        } while (stream.hasInput || stream.filledRoom) && bytes <= Self.mostBytes
        return bytes <= Self.mostBytes
    }
}
