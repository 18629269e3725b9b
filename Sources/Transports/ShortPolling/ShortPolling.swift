import Feed
import HTTP
import Measurement
import NIOCore

/// Short polling: the client asks on a fixed schedule, the server answers at once.
package enum ShortPolling: PushTransport {
    package static let name = "short-poll"
    package static let path: StaticString = "/poll"
    package static let otherPaths: [StaticString] = [Quantum2009.target]
    package static let isMadeOfExchanges = true
    package static let span = ResponseSpan.immediate

    package static let options = [
        TransportOption(
            name: "interval", kind: .duration(.milliseconds(1)...(.seconds(3_600))),
            defaultValue: .duration(.seconds(1)), summary: "time from one poll of a client to its next"),
        TransportOption(
            name: "latest", kind: .flag, defaultValue: .flag(false),
            summary: "ask for the newest item only and do without those in between"),
        PollConnection.option,
        EmptyAnswer.option,
        TransportOption(
            name: "gzip", kind: .flag, defaultValue: .flag(false), summary: "accept compressed bodies"),
        RequestProfile.option,
        HTTPVersion.option,
        Intermediary.option,
        TransportOption.tls,
        SessionResumption.option,
    ]

    package static func conflict(in options: TransportOptions) -> String? {
        RequestProfile(options).conflict(in: options)
    }

    package static func wantsEachItem(_ options: TransportOptions) -> Bool {
        !options.flag("latest") && RequestProfile(options) != .quantum2009
    }

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

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        .exchanges(ShortPollListener(setup))
    }
}
