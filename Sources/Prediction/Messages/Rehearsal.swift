import Feed
import HTTP
import Measurement
import NIOCore
import Transports
import WireAccounting

/// An exchange of a transport's two halves in memory: what the client's request makes the server send, by layer.
///
/// The halves are those that the server and the load generator use, so the sizes of headers and frames are not copied
/// into formulas.
struct Rehearsal {
    let type: any ClientTransport.Type
    let options: TransportOptions
    /// The value of `Host`.
    let authority: String
    /// Size of an item whose data are not text; `nil` if they are.
    var base64ItemBytes: Int?
    /// What clients of an echo send; `nil` for other transports.
    var messages: EchoMessages?

    static let date = "Thu, 01 Jan 1970 00:00:00 GMT"
    private static let longestFiller = 4_096
    private static let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    private static let settings: ServerSettings = {
        var settings = ServerSettings()
        settings.acceptsLegacyWebSocket = true
        return settings
    }()

    func setup(cursor: UInt64) -> ListenerSetup {
        var setup = ListenerSetup(
            options: options, cursor: cursor, start: Self.start, ramp: .zero, phase: 0, host: authority, seed: 1)
        setup.messages = messages
        setup.base64ItemBytes = base64ItemBytes
        return setup
    }

    /// A window with these items, equally large, after a sequence.
    static func window(after sequence: UInt64, items: Int, bytes: Int) -> FeedWindow {
        var window = FeedWindow(capacity: max(1, items), after: sequence)
        var random = SeededGenerator(seed: 1)
        let filler = FillerText(longest: longestFiller, from: &random)
        for _ in 0..<items {
            let next = window.newest + 1
            var text = ByteBuffer()
            ItemText.writeHeader(sequence: next, dueMicroseconds: 0, into: &text)
            let rest = max(0, bytes - text.readableBytes)
            // Of a large item only the size matters.
            if rest > longestFiller {
                text.writeRepeatingByte(0x2e, count: rest)
            } else {
                filler.write(rest, at: next &* 0x9e37_79b9_7f4a_7c15, into: &text)
            }
            window.append(FeedItem(sequence: next, dueMicroseconds: 0, text: text))
        }
        return window
    }

    // MARK: Requests over HTTP

    /// The text of a request, as libcurl sends it: a field line of the listener replaces libcurl's line of the same
    /// name.
    static func requestText(_ method: String, target: String, host: String, fieldLines: [String]) -> String {
        func name(_ line: String) -> String { line.prefix { $0 != ":" }.lowercased() }
        let names = Set(fieldLines.map(name))
        let defaults = ["Host: \(host)", "Accept: */*"].filter { !names.contains(name($0)) }
        return (["\(method) \(target) HTTP/1.1"] + defaults + fieldLines).map { $0 + "\r\n" }.joined() + "\r\n"
    }

    func requestText(of listener: any ExchangeListener) -> String {
        Self.requestText("GET", target: listener.target, host: authority, fieldLines: listener.fieldLines)
    }

    /// The server's half for the headers of a request.
    func subscriber(for head: RequestHead) -> (any Subscriber)? {
        guard let push = type as? any PushTransport.Type, let request = try? FeedRequest(head) else {
            return try? EchoSubscriber(for: head, settings: Self.settings)
        }
        return try? push.makeSubscriber(for: request, settings: Self.settings)
    }

    /// The server's half for the first line of a connection.
    func subscriber(forFirstLine text: ByteBuffer) -> (any Subscriber)? {
        guard let type = type as? any FirstLineTransport.Type else { return nil }
        var buffer = text
        guard let line = try? FirstLine.next(from: &buffer, word: type.firstWord) else { return nil }
        return type.makeSubscriber(for: line, settings: Self.settings)
    }

    /// The bytes that a subscriber sends.
    func bytes(
        of actions: SubscriberActions, from subscriber: any Subscriber, window: FeedWindow, closing: Bool = false
    ) -> ByteBuffer {
        let context = EncodingContext(variant: subscriber.variant, date: Self.date, closing: closing)
        var all = ByteBuffer()
        for write in [actions.first, actions.second].compactMap({ $0 }) {
            switch write {
            case .bytes(let bytes): all.writeImmutableBuffer(bytes)
            case .response(let response): all.writeImmutableBuffer(response.encoded(context.response))
            case .message(let message):
                guard let push = type as? any PushTransport.Type else { continue }
                all.writeImmutableBuffer(push.encode(message, from: window, context: context))
            }
        }
        return all
    }

    /// Splits a response into headers, their empty line included, and body.
    static func split(_ response: ByteBuffer) -> (head: ResponseHead, body: ByteBuffer)? {
        guard let end = response.readableBytesView.firstRange(of: "\r\n\r\n".utf8) else { return nil }
        var rest = response
        guard let bytes = rest.readSlice(length: end.upperBound - response.readerIndex),
            let head = try? ResponseHead(parsing: bytes)
        else { return nil }
        return (head, rest)
    }

    static func head(of request: String) -> RequestHead? {
        var parser = RequestParser()
        var buffer = ByteBuffer(string: request)
        return (try? parser.next(from: &buffer)) ?? nil
    }
}
