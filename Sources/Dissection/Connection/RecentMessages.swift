/// The latest messages of one or many connections, within limits of their number and of their memory.
package struct RecentMessages: Sendable {
    private let limits: DissectionLimits
    // The oldest message is at `first`; the slots before it are empty.
    private var slots: [DissectedMessage?] = []
    private var first = 0
    /// Memory of the kept messages, in bytes.
    package private(set) var memoryBytes = 0

    package init(_ limits: DissectionLimits) {
        self.limits = limits
    }

    /// The kept messages, oldest first.
    package var all: [DissectedMessage] { slots[first...].compactMap(\.self) }

    /// Adds the newest message; the oldest ones are forgotten if the limits require it.
    package mutating func append(_ message: DissectedMessage) {
        slots.append(message)
        memoryBytes += message.memoryBytes
        while slots.count - first > limits.messages || memoryBytes > limits.memoryBytes { forgetOldest() }
    }

    /// Changes a message if it is kept.
    mutating func change(_ number: UInt64, _ body: (inout DissectedMessage) -> Void) {
        guard let index = slots.lastIndex(where: { $0?.number == number }), var message = slots[index] else { return }
        // Meanwhile `message` is the only reference to its bytes, so the change copies none.
        slots[index] = nil
        memoryBytes -= message.memoryBytes
        body(&message)
        memoryBytes += message.memoryBytes
        slots[index] = message
    }

    private mutating func forgetOldest() {
        memoryBytes -= slots[first]?.memoryBytes ?? 0
        slots[first] = nil
        first += 1
        // Not at each message: the others move.
        guard first == slots.count || first > DissectionLimits.mostMessages else { return }
        slots.removeFirst(first)
        first = 0
    }
}

extension DissectedMessage {
    /// Memory of the message, in bytes.
    fileprivate var memoryBytes: Int {
        MemoryLayout<Self?>.stride + bytes.capacity + layerOfByte.capacity + title.utf8.count
            + (inflated?.beginning.capacity ?? 0)
            + faults.reduce(0) { $0 + MemoryLayout<String>.stride + $1.utf8.count }
    }
}
