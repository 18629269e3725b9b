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
package enum RawTCP: FirstLineTransport {
    package static let name = "raw-tcp"
    package static let otherNames = ["tcp", "raw", "socket-tcp"]
    package static let title = "raw TCP"
    package static let colour = "#56B4E9"
    package static let firstWord: StaticString = "FEED"
    package static let pacing = Pacing.feed
    package static let options = [Encryption.key.option]

    static let noticeBit: UInt32 = 1 << 31

    package static func makeSubscriber(for line: FirstLine, settings: ServerSettings) -> any Subscriber {
        RawSubscriber(after: line.after, settings: settings)
    }

    package static func refusal(_ sentence: String) -> ByteBuffer { notice(sentence) }

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

    package static let client = ClientHalf.connection { RawListener($0) }
}
