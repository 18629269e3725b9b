import Feed
import HTTP
import Measurement
import NIOCore
import Transports
import WireAccounting

extension MessageSizes {
    /// A streamed response between the two halves of its transport.
    struct Stream {
        private(set) var listener: any ExchangeListener
        private var subscriber: any Subscriber
        /// The response's headers and the beginning of its body.
        private(set) var opening = ByteLedger()

        /// - Returns: `nil` if the transport does not stream.
        init?(_ rehearsal: Rehearsal, cursor: UInt64) {
            guard case .exchanges(let make) = rehearsal.type.client else { return nil }
            listener = make(rehearsal.setup(cursor: cursor))
            guard listener.isStreaming, let request = Rehearsal.head(of: rehearsal.requestText(of: listener)),
                let subscriber = rehearsal.subscriber(for: request)
            else { return nil }
            self.subscriber = subscriber
            let window = FeedWindow(capacity: 1, after: cursor)
            let actions = self.subscriber.opened(window, at: MonotonicInstant(nanoseconds: 0))
            let bytes = rehearsal.bytes(of: actions, from: self.subscriber, window: window)
            guard let (head, body) = Rehearsal.split(bytes) else { return nil }
            opening.book(head.bytes.readableBytes, .httpHead, .down)
            let coding = ResponseCoding(
                isChunked: head.fields.single("transfer-encoding") == "chunked",
                contentType: head.fields.single("content-type"))
            listener.responseBegan(status: head.status, coding: coding)
            listener.read(body, into: &opening)
        }

        mutating func publish(_ window: FeedWindow, _ rehearsal: Rehearsal, into ledger: inout ByteLedger) {
            let actions = subscriber.itemPublished(window)
            listener.read(rehearsal.bytes(of: actions, from: subscriber, window: window), into: &ledger)
        }
    }

    /// A long-lived connection between the two halves of its transport.
    struct Socket {
        private var listener: any ConnectionListener
        private var subscriber: any Subscriber
        /// All bytes so far.
        private(set) var ledger = ByteLedger()

        /// - Returns: `nil` if the transport has no such connections, or not over HTTP/1.1.
        init?(_ rehearsal: Rehearsal, cursor: UInt64) {
            guard case .connection(let make) = rehearsal.type.client else { return nil }
            listener = make(rehearsal.setup(cursor: cursor))
            var request = listener.connected(ledger: &ledger)
            var parser = RequestParser()
            if let subscriber = rehearsal.subscriber(forFirstLine: request) {
                self.subscriber = subscriber
                request.clear()
            } else if let head = (try? parser.next(from: &request)) ?? nil,
                let subscriber = rehearsal.subscriber(for: head)
            {
                self.subscriber = subscriber
            } else {
                return nil
            }
            let window = FeedWindow(capacity: 1, after: cursor)
            take(subscriber.opened(window, at: MonotonicInstant(nanoseconds: 0)), window, rehearsal)
            if request.readableBytes > 0 {
                take(subscriber.received(&request, window: window), window, rehearsal)
            }
        }

        mutating func publish(_ window: FeedWindow, _ rehearsal: Rehearsal) {
            take(subscriber.itemPublished(window), window, rehearsal)
        }

        mutating func echo(_ rehearsal: Rehearsal) {
            listener.sendMessage()
            passOutput(rehearsal)
        }

        mutating func finish(_ rehearsal: Rehearsal) {
            if listener.finish() { passOutput(rehearsal) }
        }

        private mutating func passOutput(_ rehearsal: Rehearsal) {
            guard var output = listener.takeOutput(ledger: &ledger) else { return }
            let window = FeedWindow(capacity: 1)
            take(subscriber.received(&output, window: window), window, rehearsal)
        }

        private mutating func take(_ actions: SubscriberActions, _ window: FeedWindow, _ rehearsal: Rehearsal) {
            var bytes = rehearsal.bytes(of: actions, from: subscriber, window: window)
            if bytes.readableBytes > 0 { listener.received(&bytes, ledger: &ledger) { _ in } }
        }
    }
}
