import Feed
import HTTP
import Measurement
import NIOCore
import Transports
import WireAccounting

/// The sizes of one use's messages by layer, measured on the transport's own encoders. HTTP/1.1 and without TLS.
package struct MessageSizes {
    let rehearsal: Rehearsal
    /// Size of an item's text form.
    let payload: Int
    let content: ItemContent

    /// - Parameters:
    ///   - type: The transport.
    ///   - options: Its options.
    ///   - payload: Size of an item's text form in bytes.
    ///   - content: Kind of data.
    ///   - authority: The value of `Host`.
    package init(
        _ type: any ClientTransport.Type, options: TransportOptions, payload: Int, content: ItemContent = .filler,
        authority: String
    ) {
        rehearsal = Rehearsal(
            type: type, options: options, authority: authority, base64ItemBytes: content == .random ? payload : nil,
            messages: type is any EchoTransport.Type ? Self.messages(of: payload) : nil)
        (self.payload, self.content) = (payload, content)
    }

    var type: any ClientTransport.Type { rehearsal.type }

    /// The smallest number with this many decimal digits; 0 for 0.
    static func number(digits: Int) -> UInt64 {
        digits == 0 ? 0 : (1..<digits).reduce(UInt64(1)) { power, _ in power * 10 }
    }

    var messages: EchoMessages? { rehearsal.messages }

    static func messages(of payload: Int) -> EchoMessages {
        let plan = SendPlan(
            from: MonotonicInstant(nanoseconds: 0), lasting: .seconds(1), rate: ItemRate(items: 10, per: .seconds(1)),
            payloadBytes: payload)
        var random = SeededGenerator(seed: 1)
        return EchoMessages(plan, filler: FillerText(longest: payload, from: &random), phase: 0, seed: 1, after: 0)
    }

    // MARK: Exchanges

    /// A request, with a cursor of this width.
    package func request(cursorDigits: Int) -> ByteLedger {
        var ledger = ByteLedger()
        switch type.client {
        case .connection: break
        case .exchanges(let make):
            let cursor = Self.number(digits: cursorDigits)
            let listener: any ExchangeListener
            if messages != nil {
                listener = make(rehearsal.setup(cursor: 0))
                ledger.book(postText.utf8.count, .httpHead, .up)
                ledger.book(listener.requestBody?.readableBytes ?? 0, .payload, .up)
                return ledger
            }
            // A client that reconnects asks like the first time, and adds what it has received since.
            listener = make(rehearsal.setup(cursor: cursor))
            let text = rehearsal.requestText(of: isReconnecting(cursor) ? advanced(to: cursor) ?? listener : listener)
            ledger.book(text.utf8.count, .httpHead, .up)
        }
        return ledger
    }

    /// A response with items whose newest has a sequence of this width, and whose body has a length of that width;
    /// only its headers.
    package func responseHead(cursorDigits: Int, lengthDigits: Int) -> ByteLedger {
        if messages != nil { return echoHead(lengthDigits: lengthDigits) }
        let newest = max(1, Self.number(digits: cursorDigits))
        // A longer body would only need memory: each digit of its length is a byte.
        let rehearsed = min(lengthDigits, 4)
        let body = Int(clamping: Self.number(digits: rehearsed))
        let window = Rehearsal.window(after: newest - 1, items: 1, bytes: body - 1)
        var ledger = head(after: newest - 1, window)
        ledger.book(lengthDigits - rehearsed, .httpHead, .down)
        return ledger
    }

    /// A response without items, for a cursor of this width.
    package func emptyHead(cursorDigits: Int) -> ByteLedger {
        let cursor = Self.number(digits: cursorDigits)
        return head(after: cursor, Rehearsal.window(after: cursor, items: 0, bytes: 0))
    }

    private func head(after cursor: UInt64, _ window: FeedWindow) -> ByteLedger {
        var ledger = ByteLedger()
        guard case .exchanges(let make) = type.client,
            let head = Rehearsal.head(of: rehearsal.requestText(of: make(rehearsal.setup(cursor: cursor)))),
            var subscriber = rehearsal.subscriber(for: head)
        else { return ledger }
        var actions = subscriber.opened(window, at: MonotonicInstant(nanoseconds: 0))
        // A held poll is answered when its time is over.
        if actions.first == nil, let end = actions.wakeAt {
            actions = subscriber.clockReached(end, window: window)
        }
        let bytes = rehearsal.bytes(of: actions, from: subscriber, window: window, closing: !head.keepsAlive)
        if let (head, _) = Rehearsal.split(bytes) { ledger.book(head.bytes.readableBytes, .httpHead, .down) }
        return ledger
    }

    /// Whether the server would compress a response with a few items; then their bytes depend on their content.
    package var compressesAnswers: Bool {
        guard case .exchanges(let make) = type.client, messages == nil else { return false }
        let listener = make(rehearsal.setup(cursor: 0))
        guard !listener.isStreaming, let head = Rehearsal.head(of: rehearsal.requestText(of: listener)),
            var subscriber = rehearsal.subscriber(for: head)
        else { return false }
        var generator = FeedGenerator(
            payloadBytes: min(max(payload, 20), 1 << 20), period: .seconds(1), arrivals: .constant, content: content,
            seed: 1)
        var window = FeedWindow(capacity: 4)
        for _ in 0..<4 { window.append(generator.next()) }
        let actions = subscriber.opened(window, at: MonotonicInstant(nanoseconds: 0))
        let response = Rehearsal.split(rehearsal.bytes(of: actions, from: subscriber, window: window))
        return response?.head.fields.single("content-encoding") != nil
    }

    private func isReconnecting(_ cursor: UInt64) -> Bool {
        guard cursor > 0, case .exchanges(let make) = type.client else { return false }
        return make(rehearsal.setup(cursor: 0)).isStreaming
    }

    /// A stream's client that began without items and has received the one with this sequence.
    private func advanced(to cursor: UInt64) -> (any ExchangeListener)? {
        guard var stream = Stream(rehearsal, cursor: 0) else { return nil }
        var ledger = ByteLedger()
        stream.publish(Rehearsal.window(after: cursor - 1, items: 1, bytes: payload), rehearsal, into: &ledger)
        return stream.listener
    }
}

extension ExchangeListener {
    mutating func read(_ body: ByteBuffer, into ledger: inout ByteLedger) {
        var copy = ledger
        body.withUnsafeReadableBytes { bodyArrived($0, status: 200, ledger: &copy) { _ in } }
        ledger = copy
    }
}
