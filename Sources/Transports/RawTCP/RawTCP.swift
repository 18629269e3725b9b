import Feed
import HTTP
import Measurement
import NIOCore

/// The baseline for every transport: items over TCP, each with a length prefix.
///
/// The client sends one line that ends in LF: `FEED after=SEQ`, or `FEED` alone for the feed from the oldest item kept.
/// The server then sends messages: 4 bytes big-endian, whose lower 31 bits are the length, and that number of bytes.
/// If the top bit is 0, the message is an item. If it is 1, the message is a text notice, the last one before the
/// server closes:
///
///     oldest=SEQ       items after the cursor are lost; SEQ is the oldest item kept
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
            preconditionFailure("raw TCP encodes only items")
        }
        let sequences = after + 1...through
        let length = sequences.reduce(0) { $0 + window[$1].bytes.readableBytes + 4 }
        var buffer = ByteBufferAllocator().buffer(capacity: length)
        for sequence in sequences {
            let bytes = window[sequence].bytes
            buffer.writeInteger(UInt32(bytes.readableBytes))
            buffer.writeImmutableBuffer(bytes)
        }
        return buffer
    }

    /// The last message of the server.
    static func notice(_ text: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(noticeBit | UInt32(text.utf8.count))
        buffer.writeString(text)
        return buffer
    }

    package static let client = ClientHalf.connection { RawListener($0) }
}
