import Measurement
import WireAccounting

/// Takes each byte of a connection with its layer: counts it, and records the latest messages if asked.
struct ByteSink: Sendable {
    private(set) var ledger = ByteLedger()
    private(set) var counts = DissectionCounts()
    private var recent: RecentMessages
    private(set) var faults: [String] = []
    /// With HTTP/2: the bytes of each stream since they were last taken; empty unless asked for.
    private(set) var shares: [Int: ByteLedger] = [:]
    var now = MonotonicInstant(nanoseconds: 0)

    let limits: DissectionLimits
    private var openUp: DissectedMessage?
    private var openDown: DissectedMessage?
    private(set) var lastNumber: UInt64 = 0
    private let separatesStreams: Bool
    // The stream of the frame that a direction is in; `nil` without HTTP/2.
    private var streamUp: Int?
    private var streamDown: Int?

    private static let mostFaults = 8
    private static let longestTitle = 256

    init(limits: DissectionLimits, separatesStreams: Bool = false) {
        self.limits = limits
        recent = RecentMessages(limits)
        self.separatesStreams = separatesStreams
    }

    var records: Bool { limits.messages > 0 }

    /// A position within a message, for a correction of its layer.
    struct Mark: Sendable {
        let message: UInt64
        let offset: Int
    }

    // MARK: Bytes

    mutating func book(_ bytes: UnsafeRawBufferPointer, _ layer: ByteLayer, _ direction: Direction) {
        guard !bytes.isEmpty else { return }
        count(bytes.count, layer, direction)
        guard records else { return }
        if isBetweenMessages(direction) { begin(.unknown, "bytes of no known message", direction) }
        let limits = limits
        change(direction) { message in
            let headBytes = Int(message.layers[.httpHead] + message.layers[.handshake])
            let isHead = layer == .httpHead || layer == .handshake
            let room = limits.bytesKept(ofHead: headBytes, isHead: isHead) - message.bytes.count
            let part = bytes.prefix(max(0, room))
            message.bytes.append(contentsOf: part)
            message.layerOfByte.append(contentsOf: repeatElement(layer, count: part.count))
            message.layers[layer] += Int64(bytes.count)
            message.wireBytes += bytes.count
        }
    }

    /// Counts bytes that belong to no recorded message yet; a negative number takes such bytes back, because they are
    /// counted again.
    mutating func count(_ bytes: Int, _ layer: ByteLayer, _ direction: Direction) {
        ledger.book(bytes, layer, direction)
        guard separatesStreams, let stream = direction == .up ? streamUp : streamDown else { return }
        shares[stream, default: ByteLedger()].book(bytes, layer, direction)
    }

    /// The position after all bytes of the current message.
    func mark(_ direction: Direction) -> Mark {
        let message = direction == .up ? openUp : openDown
        return Mark(message: message?.number ?? 0, offset: message?.wireBytes ?? 0)
    }

    /// Moves bytes that were already counted to another layer.
    mutating func move(
        _ bytes: Int, from old: ByteLayer, to new: ByteLayer, at mark: Mark, _ direction: Direction
    ) {
        count(-bytes, old, direction)
        count(bytes, new, direction)
        if mark.message == (direction == .up ? openUp : openDown)?.number {
            change(direction) { $0.move(bytes, at: mark.offset, from: old, to: new) }
        } else {
            recent.change(mark.message) { message in
                // Bytes that span several messages keep their layer in those that have ended.
                guard mark.offset + bytes <= message.wireBytes else { return }
                message.move(bytes, at: mark.offset, from: old, to: new)
            }
        }
    }

    mutating func bookInflated(_ bytes: Int) {
        ledger.bookInflated(bytes)
    }

    // MARK: Streams

    /// The next bytes of a direction belong to this HTTP/2 stream; 0 is the connection itself.
    mutating func enter(stream: Int, _ direction: Direction) {
        switch direction {
        case .up: streamUp = stream
        case .down: streamDown = stream
        }
    }

    /// - Returns: The share of a stream since the last call; `nil` if it had no byte.
    mutating func takeShare(of stream: Int) -> ByteLedger? { shares.removeValue(forKey: stream) }

    // MARK: Messages

    /// A message begins; an incomplete one of the same direction ends.
    mutating func begin(_ kind: DissectedMessage.Kind, _ title: @autoclosure () -> String, _ direction: Direction) {
        guard records else { return }
        close(direction)
        lastNumber += 1
        let message = DissectedMessage(
            number: lastNumber, direction: direction, stream: direction == .up ? streamUp : streamDown, at: now,
            kind: kind, title: Self.shortened(title()))
        switch direction {
        case .up: openUp = message
        case .down: openDown = message
        }
    }

    /// The current message is complete.
    mutating func end(_ direction: Direction) {
        guard records else { return }
        change(direction) { $0.isComplete = true }
        close(direction)
    }

    mutating func inflated(_ content: InflatedContent, _ direction: Direction) {
        change(direction) { $0.inflated = content }
    }

    /// A mistake of a peer; the first ones are kept.
    mutating func fault(_ sentence: String, _ direction: Direction) {
        counts.faults += 1
        if faults.count < Self.mostFaults { faults.append("\(direction.rawValue): \(sentence)") }
        change(direction) { if $0.faults.count < Self.mostFaults { $0.faults.append(sentence) } }
    }

    mutating func count(_ event: WritableKeyPath<DissectionCounts, Int>) {
        counts[keyPath: event] += 1
    }

    /// The latest messages, incomplete ones last.
    var all: [DissectedMessage] {
        (recent.all + [openUp, openDown].compactMap { $0 }).suffix(limits.messages)
    }

    private mutating func close(_ direction: Direction) {
        guard let message = direction == .up ? openUp : openDown else { return }
        switch direction {
        case .up: openUp = nil
        case .down: openDown = nil
        }
        recent.append(message)
    }

    // A title can contain text of a peer.
    private static func shortened(_ title: String) -> String {
        title.utf8.count <= longestTitle ? title : title.prefix(longestTitle) + " …"
    }

    private func isBetweenMessages(_ direction: Direction) -> Bool {
        direction == .up ? openUp == nil : openDown == nil
    }

    // In place: a computed property would copy the message's bytes at each change.
    private mutating func change(_ direction: Direction, _ body: (inout DissectedMessage) -> Void) {
        switch direction {
        case .up: openUp?.change(body)
        case .down: openDown?.change(body)
        }
    }
}

extension DissectedMessage {
    fileprivate mutating func change(_ body: (inout Self) -> Void) { body(&self) }
}

/// What a connection carried, in numbers.
package struct DissectionCounts: Sendable, Hashable, Codable {
    /// HTTP requests, those that open WebSockets included.
    package var requests = 0
    /// Final HTTP responses.
    package var responses = 0
    /// Items of the feed.
    package var items = 0
    /// WebSocket frames, HTTP/2 frames or TLS records of both directions.
    package var frames = 0
    /// Mistakes of the peers.
    package var faults = 0

    package init() {}
}
