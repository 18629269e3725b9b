import Feed
import Measurement
import NIOCore
import WireAccounting

/// A client that posts one message after another on a schedule and checks each echo.
///
/// It posts a message again if the exchange failed.
struct PostEchoListener: ExchangeListener {
    let followsSchedule = true
    let target = "\(EchoSubscriber.path)"
    let skippedTicks: UInt64 = 0
    private var messages: EchoMessages
    private var message = ByteBuffer()
    // Bytes of the echo received so far, and whether they all equal the message.
    private var returned = 0
    private var isFaithful = true
    private var refusal = RefusalText()

    // Due time after the last message.
    private static let never = MonotonicInstant(nanoseconds: .max)

    init(_ setup: ListenerSetup) {
        guard let messages = setup.messages else { preconditionFailure("a client of /echo has messages to send") }
        self.messages = messages
        writeMessage()
    }

    /// Sequence of the last message whose echo was received.
    var cursor: UInt64 { messages.next - 1 }

    var requestBody: ByteBuffer? { message }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant {
        returned = 0
        isFaithful = true
        refusal.begin()
        // A message that waited for a response is not a late request of the load generator. Its round trip counts from
        // the due time that it contains.
        return messages.nextDue.map { max($0, now) } ?? Self.never
    }

    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        guard status == 200 else {
            ledger.book(bytes.count, .envelope, .down)
            refusal.arrived(bytes)
            return
        }
        ledger.book(bytes.count, .payload, .down)
        compare(bytes)
        if isFaithful, returned == message.readableBytes { takeEcho(events) }
    }

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        if status != 200 {
            events(refusal.fault(status: status))
        } else if !isFaithful || returned != message.readableBytes {
            events(.fault(EchoMessages.wrongEcho))
        } else {
            messages.advance()
            writeMessage()
        }
    }

    private mutating func compare(_ bytes: UnsafeRawBufferPointer) {
        let end = returned + bytes.count
        isFaithful =
            isFaithful && end <= message.readableBytes
            && message.withUnsafeReadableBytes { $0[returned..<end].elementsEqual(bytes) }
        returned = end
    }

    private func takeEcho(_ events: (ListenerEvent) -> Void) {
        guard let header = message.withUnsafeReadableBytes({ ItemText.header(of: $0) }) else {
            preconditionFailure("a message has the text form of an item")
        }
        events(.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)))
    }

    private mutating func writeMessage() {
        message.clear()
        if messages.nextDue != nil { messages.writeNext(into: &message) }
    }
}
