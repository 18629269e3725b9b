import Feed
import Measurement
import NIOCore

/// One client's messages: when each is due, what it says, and whether what came back is one of them.
///
/// A message is made from its sequence alone, so nothing of it is kept while it is under way.
package struct EchoMessages: Sendable {
    private let plan: SendPlan
    private let filler: FillerText
    private let phase: Double
    private let seed: UInt64
    /// Sequence of the message to send next.
    private(set) var next: UInt64

    /// - Parameters:
    ///   - plan: What is to be sent.
    ///   - filler: Text for the longest message; all clients share it.
    ///   - phase: The client's place in the period, 0 up to 1.
    ///   - seed: Tells the client's messages from others'.
    ///   - sequence: The last message that came back, 0 before any.
    package init(_ plan: SendPlan, filler: FillerText, phase: Double, seed: UInt64, after sequence: UInt64) {
        self.plan = plan
        self.filler = filler
        self.phase = phase
        self.seed = seed
        next = sequence + 1
    }

    /// When the next message is due; `nil` after the last. A whole number of microseconds after the start, as the
    /// message says it.
    var nextDue: MonotonicInstant? {
        if next > plan.messages { return nil }
        return plan.start + .microseconds(dueMicroseconds(of: next))
    }

    /// The next message was sent, or has come back.
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

    /// What came back, compared byte by byte with what was sent.
    func event(ofEcho bytes: UnsafeRawBufferPointer) -> ListenerEvent {
        guard let header = ItemText.header(of: bytes), header.sequence >= 1, header.sequence < next,
            header.dueMicroseconds == dueMicroseconds(of: header.sequence), bytes.count == plan.payloadBytes
        else { return .fault(Self.wrongEcho) }
        // The data has no comma, so a header with more digits than needed differs here.
        let length = ItemText.headerBytes(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)
        let data = UnsafeRawBufferPointer(rebasing: bytes[length...])
        guard filler.holds(data, at: place(of: header.sequence)) else { return .fault(Self.wrongEcho) }
        return .item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds))
    }

    static let wrongEcho = "the server sent back what was not sent; an echo is the message, byte for byte"

    private func dueMicroseconds(of sequence: UInt64) -> Int64 {
        Int64((phase + Double(sequence - 1)) * plan.periodNanoseconds / 1_000)
    }

    // Fibonacci hashing spreads consecutive sequences over the text.
    private func place(of sequence: UInt64) -> UInt64 {
        ((seed &+ sequence) &* 0x9e37_79b9_7f4a_7c15) &>> 32
    }
}
