import Feed
import HTTP
import Measurement
import NIOCore

/// The floor that every transport is compared with: items over TCP, each after its length.
///
/// The client's first line is `FEED after=SEQ` and a line feed, or `FEED` alone for the feed from the oldest item kept.
/// Everything after it comes from the server: 4 bytes big-endian whose lower 31 bits are a length, then so many bytes.
/// With the top bit 0 they are an item; with 1 they are a notice in words, the last thing before the server closes:
///
///     oldest=SEQ       items after the cursor are lost; the feed begins there now
///     anything else    why the feed ends, in one sentence
package enum RawTCP: PushTransport {
    package static let name = "raw-tcp"
    package static let path: StaticString = ""
    package static let isMadeOfExchanges = false
    package static let options = [TransportOption.tls]

    static let noticeBit: UInt32 = 1 << 31

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        throw RequestFault(.notFound, "raw TCP is not asked for by HTTP; its first line is FEED after=SEQ")
    }

    /// The server's half of a connection that began with this line.
    package static func makeSubscriber(for opening: RawOpening, settings: ServerSettings) -> any Subscriber {
        RawSubscriber(after: opening.after, settings: settings)
    }

    package static func encode(
        _ message: FeedMessage, from window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        guard case .items(let after, let through) = message else {
            preconditionFailure("raw TCP has no message but items")
        }
        let sequences = after + 1...through
        let length = sequences.reduce(0) { $0 + window[$1].payloadBytes + 4 }
        var buffer = ByteBufferAllocator().buffer(capacity: length)
        for sequence in sequences {
            let text = window[sequence].text
            buffer.writeInteger(UInt32(text.readableBytes))
            buffer.writeImmutableBuffer(text)
        }
        return buffer
    }

    /// The last words of the server.
    package static func notice(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(noticeBit | UInt32(text.utf8.count))
        buffer.writeString(text)
        return buffer
    }

    package static func makeListener(_ setup: ListenerSetup) -> Listener {
        .connection(RawListener(setup))
    }
}
