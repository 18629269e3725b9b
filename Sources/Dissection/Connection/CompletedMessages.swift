import Measurement
import WireAccounting

/// Dissects a connection and returns each of its messages once, as soon as it is complete.
///
/// Not `Sendable`, like its dissector.
package struct CompletedMessages {
    package private(set) var dissector = ConnectionDissector(limits: .inspector)
    private var lastSeen: UInt64 = 0
    // Numbers of messages that were seen and were not complete. A later one of the other direction may end earlier.
    private var incomplete: Set<UInt64> = []

    /// A message has at least one byte, so the dissector still has all that begin in two parts of this size.
    private static let partBytes = DissectionLimits.mostMessages / 2 - 2

    package init() {}

    /// Bytes passed, in their order within a direction.
    ///
    /// - Parameters:
    ///   - bytes: Cut anywhere.
    ///   - direction: As seen from the client.
    ///   - now: When they passed; only recorded.
    /// - Returns: The messages that these bytes complete, in the order of their ends.
    package mutating func take(
        _ bytes: UnsafeRawBufferPointer, _ direction: Direction, at now: MonotonicInstant
    ) -> [DissectedMessage] {
        var completed: [DissectedMessage] = []
        for start in stride(from: 0, to: bytes.count, by: Self.partBytes) {
            let end = min(start + Self.partBytes, bytes.count)
            dissector.take(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), direction, at: now)
            let isFull = dissector.messageCount - lastSeen >= Self.partBytes
            if isFull || end == bytes.count { collect(&completed) }
        }
        return completed
    }

    private mutating func collect(_ completed: inout [DissectedMessage]) {
        var rest: Set<UInt64> = []
        for message in dissector.recent where message.number > lastSeen || incomplete.contains(message.number) {
            if message.isComplete { completed.append(message) } else { rest.insert(message.number) }
        }
        (lastSeen, incomplete) = (dissector.messageCount, rest)
    }
}
