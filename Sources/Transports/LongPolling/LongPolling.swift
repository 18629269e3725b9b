import Feed
import HTTP
import Measurement
import NIOCore

/// Long polling (Comet; RFC 6202 §2): the server holds the request until an item comes or the hold ends.
package enum LongPolling: PushTransport {
    package static let name = "long-poll"
    package static let path: StaticString = "/long-poll"
    package static let isMadeOfExchanges = true
    package static let span = ResponseSpan.held

    package static let options = [
        TransportOption(
            name: "hold", kind: .duration(.seconds(1)...FeedRequest.maximumHold),
            defaultValue: .duration(.seconds(25)), summary: "longest time the server holds a request without an item"),
        TransportOption(
            name: "batch", kind: .choice(["all", oneItem]), defaultValue: .choice("all"),
            summary: "whether a response brings everything that is there or one item"),
        TransportOption(
            name: "pause", kind: .duration(.zero...(.seconds(60))), defaultValue: .duration(.zero),
            summary: "time that a client lets pass from an answer to its next request"),
        PollConnection.option,
        HTTPVersion.option,
        Intermediary.option,
        TransportOption.tls,
        SessionResumption.option,
    ]

    static let oneItem = "one"

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        LongPollSubscriber(
            after: request.after, hold: request.hold ?? settings.hold,
            // A reading has one item at least, however little fits.
            byteLimit: request.oneItemOnly ? 1 : settings.batchByteLimit)
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
