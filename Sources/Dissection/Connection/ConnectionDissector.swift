import Measurement
import WireAccounting

/// Finds the layer of every byte of one connection, from the bytes of both directions in chunks of any size.
///
/// It reads HTTP/1.1, HTTP/2, WebSocket with its drafts, and raw TCP of the feed completely, and TLS by its records. It
/// counts like the load generator, so both ledgers are equal for the same bytes.
///
/// Not `Sendable`: it stays with its connection, because inflating needs zlib's stream.
package struct ConnectionDissector {
    private var sink: ByteSink
    private var reader: any ProtocolReader = FirstBytesReader()
    // Bytes that are too few for the next decision.
    private var heldUp: [UInt8] = []
    private var heldDown: [UInt8] = []

    /// - Parameters:
    ///   - limits: What is kept of the messages.
    ///   - separatesStreams: Whether the bytes of each HTTP/2 stream are counted for ``shares`` too, which grow
    ///     until they are taken.
    package init(limits: DissectionLimits = .countsOnly, separatesStreams: Bool = false) {
        sink = ByteSink(limits: limits, separatesStreams: separatesStreams)
    }

    /// Every byte so far by layer, those of incomplete headers included.
    package var ledger: ByteLedger {
        var ledger = sink.ledger
        ledger.book(heldUp.count, reader.layerOfHeldBytes(.up), .up)
        ledger.book(heldDown.count, reader.layerOfHeldBytes(.down), .down)
        return ledger
    }

    /// The bytes of each HTTP/2 stream that were not taken yet, frame headers included; 0 is the connection itself.
    package var shares: [Int: ByteLedger] { sink.shares }

    /// The bytes of an HTTP/2 stream since the last call; `nil` if it had none.
    package mutating func takeShare(of stream: Int) -> ByteLedger? { sink.takeShare(of: stream) }

    /// Messages so far, including those that are no longer kept; also the number of the latest one.
    package var messageCount: UInt64 { sink.lastNumber }

    package var counts: DissectionCounts { sink.counts }

    /// The latest messages, oldest first; empty unless the limits ask for them.
    package var recent: [DissectedMessage] { sink.all }

    /// The first mistakes of the peers, in one sentence each.
    package var faults: [String] { sink.faults }

    /// What the connection carries.
    package var wireProtocol: WireProtocol { reader.wireProtocol }

    /// The target of the first HTTP request; `nil` without one.
    package private(set) var firstTarget: String?

    /// Bytes passed, in their order within a direction.
    ///
    /// - Parameters:
    ///   - bytes: Cut anywhere.
    ///   - direction: As seen from the client.
    ///   - now: When they passed; only recorded.
    package mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ direction: Direction, at now: MonotonicInstant
    ) {
        guard !bytes.isEmpty else { return }
        sink.now = now
        var used = 0
        if self[held: direction].isEmpty { used = read(bytes, direction) }
        self[held: direction] += bytes[used...]
        // Bytes of one direction may decide how the other is read: a response to an upgrade, for example.
        while readHeld(direction) || readHeld(direction.opposite) {}
    }

    package mutating func take(_ bytes: [UInt8], _ direction: Direction, at now: MonotonicInstant) {
        bytes.withUnsafeBytes { take($0, direction, at: now) }
    }

    /// - Returns: Whether it used a byte or changed the protocol.
    private mutating func readHeld(_ direction: Direction) -> Bool {
        let held = self[held: direction]
        guard !held.isEmpty else { return false }
        let before = reader.wireProtocol
        // Empty while it is read, because reading may look at the held bytes of both directions.
        self[held: direction] = []
        let used = held.withUnsafeBytes { read($0, direction) }
        self[held: direction] = Array(held[used...])
        return used > 0 || before != reader.wireProtocol
    }

    private mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction) -> Int {
        var used = 0
        while used < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[used...])
            let step = reader.read(rest, direction, &sink)
            used += step.used
            if let next = step.next { reader = next }
            if firstTarget == nil { firstTarget = reader.firstTarget }
            // At once, so that the result does not depend on how the bytes are cut.
            if step.used > 0 || step.next != nil { _ = readHeld(direction.opposite) }
            if step.used == 0, step.next == nil {
                guard rest.count > DissectionLimits.longestHead else { break }
                sink.fault("the headers are longer than \(DissectionLimits.longestHead) B", direction)
                reader = UnknownReader()
            }
        }
        return used
    }

    private subscript(held direction: Direction) -> [UInt8] {
        get { direction == .up ? heldUp : heldDown }
        set { if direction == .up { heldUp = newValue } else { heldDown = newValue } }
    }
}

/// What a connection carries.
package enum WireProtocol: String, Sendable, Hashable, Codable {
    /// Too few bytes to decide.
    case undecided
    case http1 = "http/1.1"
    case http2 = "http/2"
    case webSocket = "WebSocket"
    case hixie = "WebSocket hixie"
    case rawTCP = "FEED"
    case tls
    case unknown
}

/// Reads one protocol of a connection.
protocol ProtocolReader {
    var wireProtocol: WireProtocol { get }

    /// The target of the first HTTP request; `nil` without one.
    var firstTarget: String? { get }

    /// The layer of bytes that were not used yet.
    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer

    /// Reads from the front of `bytes` and counts what it uses.
    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep
}

extension ProtocolReader {
    var firstTarget: String? { nil }
}

/// The result of a reading step.
struct ReadingStep {
    /// Bytes used; 0 while too few are there.
    var used: Int
    /// The reader of all further bytes, if the protocol changes.
    var next: (any ProtocolReader)?

    static func used(_ count: Int) -> Self { Self(used: count, next: nil) }
    static var waiting: Self { Self(used: 0, next: nil) }
    static func become(_ reader: any ProtocolReader, used: Int = 0) -> Self { Self(used: used, next: reader) }
}

extension Direction {
    var opposite: Direction { self == .up ? .down : .up }
}
