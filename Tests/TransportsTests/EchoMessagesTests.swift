import Feed
import Measurement
import NIOCore
import Testing
import WireAccounting

@testable import Transports

@Suite("Echo messages")
struct EchoMessagesTests {
    @Test("message n is due phase + n − 1 periods after the start, until the duration ends")
    func schedule() {
        var messages = Self.messages(rate: "3/s", lasting: .seconds(2), phase: 0.5)
        var due: [Int64] = []
        while let next = messages.nextDue {
            due.append((next - at(1_000)).nanoseconds)
            messages.advance()
        }
        #expect(due == [166_666_000, 500_000_000, 833_333_000, 1_166_666_000, 1_500_000_000, 1_833_333_000])
    }

    @Test("the messages of a burst are due at the same time, and the mean rate stays the same")
    func bursts() {
        let plan = SendPlan(
            from: at(1_000), lasting: .seconds(5), rate: ItemRate(items: 4, per: .seconds(1)), payloadBytes: 64,
            burst: 8)
        // 20 messages are two whole bursts.
        #expect(plan.messages == 16)
        let due = (1...16).map { plan.dueMicroseconds(of: $0, phase: 0.25) }
        #expect(due == Array(repeating: 500_000, count: 8) + Array(repeating: 2_500_000, count: 8))
    }

    @Test(
        "every client has the same number of messages",
        arguments: [
            ("10/s", 12, 120), ("1/min", 59, 0), ("1/min", 60, 1), ("7/s", 10, 70), ("1000/s", 3_600, 3_600_000),
        ] as [(String, Int64, UInt64)])
    func count(rate: String, seconds: Int64, expected: UInt64) throws {
        #expect(SendPlan.messages(within: .seconds(seconds), at: try ItemRate(quantity: rate)) == expected)
    }

    @Test("a message is SEQUENCE,DUE,DATA of exactly its size, and no two are alike", arguments: [20, 128, 1 << 20])
    func text(payloadBytes: Int) {
        var messages = Self.messages(payloadBytes: payloadBytes)
        var seen: Set<String> = []
        for sequence in 1...20 as ClosedRange<UInt64> {
            var buffer = ByteBuffer()
            messages.writeNext(into: &buffer)
            messages.advance()
            #expect(buffer.readableBytes == payloadBytes)
            #expect(buffer.withUnsafeReadableBytes { ItemText.header(of: $0) }?.sequence == sequence)
            seen.insert(String(String(buffer: buffer).drop { $0 != "," }.dropFirst().drop { $0 != "," }.prefix(64)))
        }
        #expect(seen.count > 15)
    }

    @Test("an echo equals the message byte for byte; a missing, extra or different byte is a fault")
    func comparison() {
        var messages = Self.messages()
        var buffer = ByteBuffer()
        messages.writeNext(into: &buffer)
        let sent = Array(buffer.readableBytesView)
        #expect(event(messages, sent) == .fault(EchoMessages.wrongEcho), "a message not yet sent cannot be echoed")
        messages.advance()
        #expect(event(messages, sent) == .item(ReceivedItem(sequence: 1, dueMicroseconds: 25_000)))
        for place in sent.indices {
            var other = sent
            other[place] ^= 1
            #expect(event(messages, other) == .fault(EchoMessages.wrongEcho), "byte \(place)")
        }
        #expect(event(messages, sent.dropLast()) == .fault(EchoMessages.wrongEcho))
        #expect(event(messages, sent + [0x61]) == .fault(EchoMessages.wrongEcho))
        #expect(event(messages, [0x30] + sent.dropLast()) == .fault(EchoMessages.wrongEcho), "a sequence of 01")
        #expect(event(messages, []) == .fault(EchoMessages.wrongEcho))
    }

    @Test("a POST client checks an echo split at any positions, and counts its bytes", arguments: [1, 7, .max])
    func post(chunkBytes: Int) throws {
        var listener = Self.postListener()
        var ledger = ByteLedger()
        var events: [ListenerEvent] = []
        for sequence in 1...3 as ClosedRange<UInt64> {
            _ = listener.nextRequestDue(at: at(0))
            let body = Array(try #require(listener.requestBody).readableBytesView)
            var rest = body[...]
            while !rest.isEmpty {
                rest.prefix(chunkBytes).withUnsafeBytes {
                    listener.bodyArrived($0, status: 200, ledger: &ledger) { events.append($0) }
                }
                rest = rest.dropFirst(chunkBytes)
            }
            listener.exchangeEnded(status: 200) { events.append($0) }
            #expect(listener.cursor == sequence)
        }
        let due = [25_000, 125_000, 225_000] as [Int64]
        #expect(
            events
                == zip(1..., due).map { .item(ReceivedItem(sequence: UInt64($0), dueMicroseconds: $1)) })
        #expect(ledger[.payload, .down] == 3 * 64)
    }

    @Test("a message that waited is due at once, and no message is due after the last")
    func waiting() {
        var listener = Self.postListener(lasting: .milliseconds(100))
        #expect(listener.nextRequestDue(at: at(0)) == at(1_025))
        #expect(listener.nextRequestDue(at: at(1_500)) == at(1_500))
        var ledger = ByteLedger()
        listener.requestBody?.withUnsafeReadableBytes {
            listener.bodyArrived($0, status: 200, ledger: &ledger) { _ in }
        }
        listener.exchangeEnded(status: 200) { _ in }
        #expect(listener.nextRequestDue(at: at(1_500)).nanoseconds == .max)
    }

    @Test("a wrong, short or refused echo is a fault in one sentence, and the message is sent again")
    func faults() throws {
        let body = Array(try #require(Self.postListener().requestBody).readableBytesView)
        let answers: [(status: Int, body: [UInt8], sentence: String)] = [
            (200, [UInt8](repeating: 0x61, count: 64), EchoMessages.wrongEcho),
            (200, Array(body.dropLast()), EchoMessages.wrongEcho), (200, body + [0x61], EchoMessages.wrongEcho),
            (413, Array("the body is too large\n".utf8), "the server answered 413: the body is too large"),
        ]
        for answer in answers {
            var listener = Self.postListener()
            var ledger = ByteLedger()
            var faults: [ListenerEvent] = []
            _ = listener.nextRequestDue(at: at(0))
            answer.body.withUnsafeBytes {
                listener.bodyArrived($0, status: answer.status, ledger: &ledger) { _ in }
            }
            listener.exchangeEnded(status: answer.status) { faults.append($0) }
            #expect(faults == [.fault(answer.sentence)])
            #expect(listener.cursor == 0)
            #expect(ledger.tcpPayloadBytes(.down) == Int64(answer.body.count))
        }
    }

    private static func messages(
        rate: String = "10/s", lasting: Duration = .seconds(10), payloadBytes: Int = 64, phase: Double = 0.25
    ) -> EchoMessages {
        var random = SeededGenerator(seed: 1)
        guard let rate = try? ItemRate(quantity: rate) else { preconditionFailure("the test's rate is one") }
        return EchoMessages(
            SendPlan(from: at(1_000), lasting: lasting, rate: rate, payloadBytes: payloadBytes),
            filler: FillerText(longest: payloadBytes, from: &random), phase: phase, seed: 3, after: 0)
    }

    private static func postListener(lasting: Duration = .seconds(10)) -> PostEchoListener {
        var setup = setup()
        setup.messages = messages(lasting: lasting)
        return PostEchoListener(setup)
    }

    private func event(_ messages: EchoMessages, _ bytes: some Sequence<UInt8>) -> ListenerEvent {
        Array(bytes).withUnsafeBytes { messages.event(ofEcho: $0) }
    }
}
