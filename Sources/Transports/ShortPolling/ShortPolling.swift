import Feed
import Measurement
import NIOCore

/// Short polling: the client asks on a fixed schedule, the server answers at once.
package enum ShortPolling: PushTransport {
    package static let name = "short-poll"
    package static let path: StaticString = "/poll"
    package static let isMadeOfExchanges = true

    package static let options = [
        TransportOption(
            name: "interval", kind: .duration(.milliseconds(1)...(.seconds(3_600))),
            defaultValue: .duration(.seconds(1)), summary: "time from one poll of a client to its next"),
        TransportOption(
            name: "latest", kind: .flag, defaultValue: .flag(false),
            summary: "ask for the newest item only and do without those in between"),
        TransportOption.tls,
    ]

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        ShortPollSubscriber(after: request.after, latestOnly: request.latestOnly, byteLimit: settings.batchByteLimit)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        PollResponse.encode(message, from: window, context: context)
    }

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        .exchanges(ShortPollListener(setup))
    }
}
