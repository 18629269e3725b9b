import Feed
import Measurement
import NIOCore

/// Long polling (Comet; RFC 6202 §2): the server holds the request until an item comes or the hold ends.
package enum LongPolling: PushTransport {
    package static let name = "long-poll"
    package static let path: StaticString = "/long-poll"
    package static let isMadeOfExchanges = true

    package static let options = [
        TransportOption(
            name: "hold", kind: .duration(.seconds(1)...FeedRequest.maximumHold),
            defaultValue: .duration(.seconds(25)), summary: "longest time the server holds a request without an item"),
        TransportOption.tls,
    ]

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        LongPollSubscriber(
            after: request.after, hold: request.hold ?? settings.hold, byteLimit: settings.batchByteLimit)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        PollResponse.encode(message, from: window, context: context)
    }

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        .exchanges(LongPollListener(setup))
    }
}
