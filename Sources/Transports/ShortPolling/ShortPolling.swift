import Feed
import HTTP
import Measurement
import NIOCore

/// Short polling: the client requests on a fixed schedule, and the server responds at once.
package enum ShortPolling: PushTransport {
    package static let name = "short-poll"
    package static let otherNames = ["poll", "polling", "short-polling", "interval-poll"]
    package static let title = "short polling"
    package static let colour = "#E69F00"
    static let path: StaticString = "/poll"
    package static let entrance = Entrance.path(path)
    package static let pacing = Pacing.clientInterval
    package static let otherPaths: [StaticString] = [Quantum2009.target]

    package static let interval = OptionKey<Duration>(
        "interval", in: .milliseconds(1)...(.seconds(3_600)), default: .seconds(1),
        "Time between two polls of a client.")
    package static let latest = OptionKey<Bool>(
        "latest", "Request only the newest item. Items published between two polls count as missed."
    )
    .servedByOwnServerOnly()
    package static let gzip = OptionKey<Bool>("gzip", "Accept compressed response bodies.").servedByOwnServerOnly()
    package static let options = [
        interval.option, latest.option, PollConnection.key.option, EmptyAnswer.key.option, gzip.option,
        RequestProfile.key.option, HTTPVersion.key.option, Intermediary.key.option, Encryption.key.option,
        SessionResumption.key.option,
    ]

    package static func conflict(in options: TransportOptions) -> String? {
        options[RequestProfile.key].conflict(in: options)
    }

    package static func wantsEachItem(_ options: TransportOptions) -> Bool {
        !options[latest] && options[RequestProfile.key] != .quantum2009
    }

    package static func pollInterval(_ options: TransportOptions) -> Duration? { options[interval] }

    package static func answer(
        to request: FeedRequest, from window: FeedWindow, settings: ServerSettings
    ) -> FeedAnswer? {
        var poll = ShortPollSubscriber(
            request, byteLimit: settings.batchByteLimit, compresses: settings.compresses)
        let message = poll.answer(window)
        return FeedAnswer(message: message, variant: poll.variant)
    }

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        ShortPollSubscriber(request, byteLimit: settings.batchByteLimit, compresses: settings.compresses)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        let form = PollForm(rawValue: context.variant)
        if form.contains(.quantum2009) { return Quantum2009.encode(message, from: window, context: context) }
        return PollResponse.encode(message, from: window, form: form, context: context)
    }

    package static let client = ClientHalf.exchanges { ShortPollListener($0) }
}

/// The response to a short poll when there is no new item.
enum EmptyAnswer: String, OptionWord {
    /// 204.
    case noContent = "no-content"
    /// 200 with an empty body.
    case full
    /// 304, with `If-None-Match` (RFC 9110 §13.1.2).
    case conditional

    static let key = OptionKey<EmptyAnswer>(
        "empty", default: .noContent,
        "The response when there is no new item: 204, 200 with an empty body, or 304 with `ETag` and `If-None-Match`."
    )
    .servedByOwnServerOnly()

    /// The part of the query that requests it.
    var query: String { self == .full ? "&empty=full" : "" }
}
