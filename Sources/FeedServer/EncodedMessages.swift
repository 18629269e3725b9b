import Feed
import HTTP
import NIOCore
import Transports

/// The bytes of messages already encoded: what many clients get is encoded once.
struct EncodedMessages {
    private struct Key: Hashable {
        let transport: ObjectIdentifier
        let message: FeedMessage
        let variant: UInt8
        let closing: Bool
    }

    // A broadcast asks for the same message once for each client: the last answer is looked at before the table.
    private var lastKey: Key?
    private var lastBytes = ByteBuffer()
    private var table: [Key: ByteBuffer] = [:]

    private var tableBytes = 0
    private var scratch = EncodingScratch()

    // Catch-up readings from many cursors must not grow the table without bound.
    private static let maximumEntries = 256
    private static let maximumBytes = 32 << 20

    /// The bytes of a message, encoded now if they have not been before.
    mutating func bytes(
        of message: FeedMessage, by transport: any PushTransport.Type, window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        let key = Key(
            transport: ObjectIdentifier(transport), message: message, variant: context.variant,
            closing: context.response.closing)
        if key == lastKey { return lastBytes }
        let bytes: ByteBuffer
        if let known = table[key] {
            bytes = known
        } else {
            bytes = transport.encode(message, from: window, context: context, scratch: &scratch)
            if table.count >= Self.maximumEntries || tableBytes + bytes.readableBytes > Self.maximumBytes { clear() }
            table[key] = bytes
            tableBytes += bytes.readableBytes
        }
        lastKey = key
        lastBytes = bytes
        return bytes
    }

    /// Forgets everything: the window or the date has changed.
    mutating func clear() {
        lastKey = nil
        table.removeAll(keepingCapacity: true)
        tableBytes = 0
    }
}
