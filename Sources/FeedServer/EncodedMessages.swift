import Feed
import HTTP
import NIOCore
import Transports

/// Cache of encoded messages: a message for many clients is encoded once.
struct EncodedMessages {
    private struct Key: Hashable {
        let transport: ObjectIdentifier
        let message: FeedMessage
        let variant: UInt8
        let closing: Bool
    }

    // A broadcast requests the same message once per client, so the last result is looked at before the table.
    private var lastKey: Key?
    private var lastBytes = ByteBuffer()
    private var table: [Key: ByteBuffer] = [:]

    private var tableBytes = 0
    private var scratch = EncodingScratch()

    // Catch-up reads from many cursors must not grow the table without limit.
    private static let maximumEntries = 256
    private static let maximumBytes = 32 << 20

    /// The bytes of the message that was requested last, if it is this one. Without its context, which costs more than
    /// the comparison.
    func lastBytes(
        of message: FeedMessage, by transport: any PushTransport.Type, variant: UInt8, closing: Bool
    ) -> ByteBuffer? {
        guard let lastKey, lastKey.message == message, lastKey.variant == variant, lastKey.closing == closing,
            lastKey.transport == ObjectIdentifier(transport)
        else { return nil }
        return lastBytes
    }

    /// The bytes of a message, from the cache or encoded now.
    mutating func bytes(
        of message: FeedMessage, by transport: any PushTransport.Type, window: FeedWindow, context: EncodingContext
    ) -> ByteBuffer {
        let key = Key(
            transport: ObjectIdentifier(transport), message: message, variant: context.variant,
            closing: context.response.closing)
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

    /// Empties the cache: the window or the date has changed.
    mutating func clear() {
        lastKey = nil
        table.removeAll(keepingCapacity: true)
        tableBytes = 0
    }
}
