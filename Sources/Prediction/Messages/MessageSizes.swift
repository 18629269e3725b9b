import Codecs
import Feed
import HTTP
import Measurement
import NIOCore
import Transports
import WireAccounting

/// The sizes of one use's messages by layer, measured on the transport's own encoders. HTTP/1.1 and without TLS.
package struct MessageSizes {
    private let rehearsal: Rehearsal
    /// Size of an item's text form.
    private let payload: Int
    private let content: ItemContent

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

    private var type: any ClientTransport.Type { rehearsal.type }

    /// The smallest number with this many decimal digits; 0 for 0.
    private static func number(digits: Int) -> UInt64 {
        digits == 0 ? 0 : (1..<digits).reduce(UInt64(1)) { power, _ in power * 10 }
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

    // MARK: Items

    /// What an item costs, apart from chunks: its bytes, what surrounds it in a body, and its frame's header.
    ///
    /// - Parameters:
    ///   - cursorDigits: Decimal digits of its sequence, at least 1.
    ///   - base36Digits: Digits of its sequence and due time in base 36, which the binary form does not send.
    /// - Returns: Bytes of one item.
    package func item(cursorDigits: Int, base36Digits: Int) -> ByteLedger {
        if messages != nil { return echo() }
        let sequence = Self.number(digits: max(1, cursorDigits))
        var window = FeedWindow(capacity: 1, after: sequence - 1)
        let ownDigits = ItemText.headerBytes(sequence: sequence, dueMicroseconds: 0) - 3
        let due = (1..<max(1, min(12, base36Digits - ownDigits))).reduce(Int64(1)) { power, _ in power * 36 }
        var text = ByteBuffer()
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: due, into: &text)
        let item = item(sequence, due, after: text)
        var ledger: ByteLedger
        switch type.client {
        case .exchanges(let make):
            let listener = make(rehearsal.setup(cursor: sequence - 1))
            ledger = listener.isStreaming ? streamed(item, &window) : polled(item, &window)
        case .connection: ledger = pushed(item, &window)
        }
        ledger.book(-Int(ledger[.framing, .down]), .framing, .down)
        return ledger
    }

    /// - Returns: The item with data after its header; bytes that are not text also as Base64.
    private func item(_ sequence: UInt64, _ due: Int64, after header: ByteBuffer) -> FeedItem {
        let data = [UInt8](repeating: 0x2e, count: max(0, payload - header.readableBytes))
        var (text, binary) = (header, header)
        binary.writeBytes(data)
        guard content == .random else { return FeedItem(sequence: sequence, dueMicroseconds: due, text: binary) }
        text.writeString(Base64.encode(data))
        return FeedItem(sequence: sequence, dueMicroseconds: due, text: text, binary: binary)
    }

    private func polled(_ item: FeedItem, _ window: inout FeedWindow) -> ByteLedger {
        var ledger = ByteLedger()
        guard case .exchanges(let make) = type.client else { return ledger }
        var listener = make(rehearsal.setup(cursor: item.sequence - 1))
        guard let head = Rehearsal.head(of: rehearsal.requestText(of: listener)),
            var subscriber = rehearsal.subscriber(for: head)
        else { return ledger }
        window.append(item)
        let actions = subscriber.opened(window, at: MonotonicInstant(nanoseconds: 0))
        let bytes = rehearsal.bytes(of: actions, from: subscriber, window: window)
        if let (_, body) = Rehearsal.split(bytes) { listener.read(body, into: &ledger) }
        return ledger
    }

    private func streamed(_ item: FeedItem, _ window: inout FeedWindow) -> ByteLedger {
        var ledger = ByteLedger()
        guard var stream = Stream(rehearsal, cursor: item.sequence - 1) else { return ledger }
        window.append(item)
        stream.publish(window, rehearsal, into: &ledger)
        return ledger
    }

    private func pushed(_ item: FeedItem, _ window: inout FeedWindow) -> ByteLedger {
        guard var socket = Socket(rehearsal, cursor: item.sequence - 1) else { return ByteLedger() }
        let opening = socket.ledger
        window.append(item)
        socket.publish(window, rehearsal)
        return socket.ledger.since(opening)
    }

    // MARK: Streams and connections

    /// The headers of a streamed response and what its body begins with; its chunk is counted as a chunk.
    package var streamBeginning: ByteLedger {
        guard let stream = Stream(rehearsal, cursor: 0) else { return ByteLedger() }
        var ledger = stream.opening
        ledger.book(-Int(ledger[.framing, .down]), .framing, .down)
        return ledger
    }

    /// What surrounds a chunk's content if its size has this number of hexadecimal digits.
    package func chunk(digits: Int) -> ByteLedger {
        var ledger = ByteLedger()
        var buffer = ByteBuffer()
        BodyFraming.chunked.write(1 << (4 * (max(1, digits) - 1)), into: &buffer) { _ in }
        ledger.book(buffer.readableBytes, .framing, .down)
        return ledger
    }

    /// The chunk of 0 bytes that ends a stream (RFC 9112 §7.1).
    package var lastChunk: ByteLedger {
        var ledger = ByteLedger()
        ledger.book(BodyFraming.chunked.ending.utf8.count, .framing, .down)
        return ledger
    }

    /// The chunk of a comment that keeps an SSE stream alive, without what surrounds the chunk.
    package var comment: ByteLedger {
        var ledger = ByteLedger()
        if type == ServerSentEvents.self { ledger.book(3, .envelope, .down) }
        return ledger
    }

    /// What a long-lived connection begins with: the opening handshake, or the first line.
    package var opening: ByteLedger {
        Socket(rehearsal, cursor: 0)?.ledger ?? ByteLedger()
    }

    /// What a long-lived connection ends with.
    package var closing: ByteLedger {
        guard var socket = Socket(rehearsal, cursor: 0) else { return ByteLedger() }
        let opening = socket.ledger
        socket.finish(rehearsal)
        return socket.ledger.since(opening)
    }

    // MARK: Echoes

    private var messages: EchoMessages? { rehearsal.messages }

    private static func messages(of payload: Int) -> EchoMessages {
        let plan = SendPlan(
            from: MonotonicInstant(nanoseconds: 0), lasting: .seconds(1), rate: ItemRate(items: 10, per: .seconds(1)),
            payloadBytes: payload)
        var random = SeededGenerator(seed: 1)
        return EchoMessages(plan, filler: FillerText(longest: payload, from: &random), phase: 0, seed: 1, after: 0)
    }

    /// An echoed message, there and back.
    private func echo() -> ByteLedger {
        var ledger = ByteLedger()
        guard case .connection = type.client else {
            ledger.book(payload, .payload, .down)
            return ledger
        }
        guard var socket = Socket(rehearsal, cursor: 0) else { return ledger }
        let opening = socket.ledger
        socket.echo(rehearsal)
        return socket.ledger.since(opening)
    }

    private var postText: String {
        Rehearsal.requestText(
            "POST", target: type.entrance.text, host: rehearsal.authority,
            fieldLines: ["Content-Type: text/plain", "Content-Length: \(payload)"])
    }

    private func echoHead(lengthDigits: Int) -> ByteLedger {
        var ledger = ByteLedger()
        guard let head = Rehearsal.head(of: postText) else { return ledger }
        let bytes = EchoPost.responseHead(
            for: head, contentLength: payload, context: EncodingContext(date: Rehearsal.date).response)
        ledger.book(bytes.readableBytes, .httpHead, .down)
        return ledger
    }

    // MARK: Reconnecting

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
