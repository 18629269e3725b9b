import Feed
import HTTP
import Measurement
import NIOCore

/// Long polling (Comet; RFC 6202 §2): the server holds the request until an item is published or the hold ends.
package enum LongPolling: PushTransport {
    package static let name = "long-poll"
    package static let otherNames = ["comet", "long-polling", "hanging-get"]
    package static let title = "long polling"
    package static let colour = "#0072B2"
    static let path: StaticString = "/long-poll"
    package static let entrance = Entrance.path(path)
    package static let pacing = Pacing.serverHold

    package static let hold = OptionKey<Duration>(
        "hold", in: .milliseconds(1)...FeedRequest.maximumHold, default: .seconds(25),
        "Longest time for which the server holds a request while there is no item."
    ).servedByOwnServerOnly()
    package static let batch = OptionKey<PollBatch>(
        "batch", default: .all, "Whether a response carries every available item or one."
    ).servedByOwnServerOnly()
    package static let pause = OptionKey<Duration>(
        "pause", in: .zero...(.seconds(60)), default: .zero,
        "Time between a response and the client's next request. Items published meanwhile are not lost.")
    package static let options = [
        hold.option, batch.option, pause.option, PollConnection.key.option, RequestProfile.heldKey.option,
        HTTPVersion.key.option, Intermediary.key.option, Encryption.key.option, SessionResumption.key.option,
    ]

    package static func conflict(in options: TransportOptions) -> String? {
        options[RequestProfile.key].conflict(in: options)
    }

    package static func longestPause(_ options: TransportOptions) -> Duration { options[pause] }

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        LongPollSubscriber(
            after: request.after, hold: request.hold ?? settings.hold,
            // A read returns at least one item, so a limit of 1 B means one item.
            byteLimit: request.oneItemOnly ? 1 : settings.batchByteLimit)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        PollResponse.encode(message, from: window, context: context)
    }

    package static let client = ClientHalf.exchanges { LongPollListener($0) }
}

/// How many items a response of long polling carries.
package enum PollBatch: String, OptionWord {
    case all
    case one

    /// The part of the query that requests it.
    var query: String { self == .one ? "&batch=one" : "" }
}
