import Feed
import HTTP
import NIOCore
import Transports

/// `POST /publish`: accepts an item from a client with the bearer token (RFC 6750).
///
///     201  published; the body is the item's sequence
///     400  the body is not a valid item
///     401  the token is missing or wrong
final class PublishPage: Sendable {
    static let path: StaticString = "/publish"

    private let token: BearerToken
    private let publisher: FeedPublisher

    init(token: String, publisher: FeedPublisher) {
        self.token = BearerToken(token)
        self.publisher = publisher
    }

    /// - Throws: ``RequestFault`` (401) unless the request carries the token.
    func authorize(_ head: RequestHead) throws(RequestFault) {
        if token.isCarried(by: head) { return }
        throw RequestFault(
            .unauthorized, "publishing requires the server's token; send Authorization: Bearer TOKEN",
            fields: [ResponseField("WWW-Authenticate", "Bearer")])
    }

    /// The item in a request's body, without one line end after it.
    ///
    /// - Throws: ``RequestFault`` (400) if the body is empty, has several lines, or is not a valid item.
    static func item(in body: ByteBuffer) throws(RequestFault) -> ItemLine {
        var data = body.getBytes(at: body.readerIndex, length: body.readableBytes) ?? []
        if data.last == 0x0a { data.removeLast() }
        if data.last == 0x0d { data.removeLast() }
        if data.isEmpty { throw RequestFault(.badRequest, "the body is empty; an item is one line") }
        if data.contains(0x0a) || data.contains(0x0d) {
            throw RequestFault(.badRequest, "the body has several lines; an item is one line")
        }
        do throws(ItemLineFault) {
            return try ItemLine(data)
        } catch {
            throw RequestFault(.badRequest, error.description)
        }
    }

    /// The response to an item that is published at once, because its connection is on the publisher's event loop;
    /// `nil` on another one. Call ``deliver()`` in the same turn.
    func publishNow(_ item: ItemLine, _ context: ResponseContext, on eventLoop: any EventLoop) -> ByteBuffer? {
        if eventLoop !== publisher.eventLoop { return nil }
        return Self.response(to: publisher.push(item), context)
    }

    /// Delivers what ``publishNow(_:_:on:)`` has published.
    func deliver() {
        publisher.deliverPushed()
    }

    /// Publishes an item on the publisher's event loop. The connection's loop has the item before it has the response,
    /// so that the client finds it in its next poll.
    func publish(
        _ item: ItemLine, _ context: ResponseContext, _ eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        let response = eventLoop.makePromise(of: ByteBuffer.self)
        publisher.eventLoop.execute { [publisher] in
            publisher.pushInTask(item) { response.succeed(Self.response(to: $0, context)) }
        }
        return response.futureResult
    }

    private static func response(to sequence: UInt64?, _ context: ResponseContext) -> ByteBuffer {
        guard let sequence else {
            return HTTPResponse.page(.serviceUnavailable, "the server is stopping\n", context: context)
        }
        return HTTPResponse.page(.created, "\(sequence)\n", context: context)
    }
}
