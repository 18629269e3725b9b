import Feed
import Measurement
import NIOCore

/// One client's messages: when each is due, its content, and whether an echo is one of them.
///
/// The content follows from the sequence alone, so messages under way need no memory.
package struct EchoMessages: Sendable {
    private let plan: SendPlan
    private let filler: FillerText
    private let phase: Double
    private let seed: UInt64
    /// Sequence of the message to send next.
    private(set) var next: UInt64

    /// - Parameters:
    ///   - plan: What each client sends.
    ///   - filler: Text for the longest message; all clients share it.
    ///   - phase: The client's offset in the period, 0 up to 1.
    ///   - seed: Makes the client's messages differ from those of other clients.
    ///   - sequence: The last message whose echo was received; 0 before the first.
    package init(_ plan: SendPlan, filler: FillerText, phase: Double, seed: UInt64, after sequence: UInt64) {
        self.plan = plan
        self.filler = filler
        self.phase = phase
        self.seed = seed
        next = sequence + 1
    }

    /// When the next message is due; `nil` after the last. A whole number of microseconds after the start, because the
    /// message contains its due time in microseconds.
    var nextDue: MonotonicInstant? {
        if next > plan.messages { return nil }
        return plan.start + .microseconds(dueMicroseconds(of: next))
    }

    /// The next message was sent, or its echo was received.
    mutating func advance() {
        next += 1
    }

    /// Writes the next message, `SEQUENCE,DUE,DATA`.
    func writeNext(into buffer: inout ByteBuffer) {
        let before = buffer.readableBytes
        ItemText.writeHeader(sequence: next, dueMicroseconds: dueMicroseconds(of: next), into: &buffer)
        let data = plan.payloadBytes - (buffer.readableBytes - before)
        filler.write(data, at: place(of: next), into: &buffer)
    }

    /// Compares an echo byte by byte with the message that was sent.
    func event(ofEcho bytes: UnsafeRawBufferPointer) -> ListenerEvent {
        guard let header = ItemText.header(of: bytes), header.sequence >= 1, header.sequence < next,
            header.dueMicroseconds == dueMicroseconds(of: header.sequence), bytes.count == plan.payloadBytes
        else { return .fault(Self.wrongEcho) }
        // The data contains no comma, so a header with leading zeros fails this comparison.
        let length = ItemText.headerBytes(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)
        let data = UnsafeRawBufferPointer(rebasing: bytes[length...])
        guard filler.holds(data, at: place(of: header.sequence)) else { return .fault(Self.wrongEcho) }
        return .item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds))
    }

    static let wrongEcho = "the server's echo differs from the message; an echo equals the message byte for byte"

    private func dueMicroseconds(of sequence: UInt64) -> Int64 {
        plan.dueMicroseconds(of: sequence, phase: phase)
    }

    // Fibonacci hashing spreads consecutive sequences over the filler text.
    private func place(of sequence: UInt64) -> UInt64 {
        ((seed &+ sequence) &* 0x9e37_79b9_7f4a_7c15) &>> 32
    }
}
