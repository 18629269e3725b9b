import Feed
import HTTP
import Measurement
import NIOCore

/// Short polling: the client asks on a fixed schedule, the server answers at once.
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
        "Time from one poll of a client to its next.")
    package static let latest = OptionKey<Bool>(
        "latest", "Request only the newest item. Items published between two polls count as missed.")
    package static let gzip = OptionKey<Bool>("gzip", "Accept compressed response bodies.")
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

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        ShortPollSubscriber(request, byteLimit: settings.batchByteLimit)
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
