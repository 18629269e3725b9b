import Feed
import NIOCore
import WebSocketProtocol

/// The forms of an item that a WebSocket carries, by the names that its opening handshake chooses from.
enum FeedSubprotocol: String, CaseIterable {
    /// Text frames with items in their text form; also what a client gets that asks for no subprotocol.
    case text = "pushlab.text.v1"
    /// Binary frames with items in their binary form.
    case binary = "pushlab.binary.v1"

    /// The names that the server speaks, the most wanted first.
    static func names(carriesBinary: Bool) -> [String] {
        carriesBinary ? allCases.map(\.rawValue) : [text.rawValue]
    }

    init(agreed name: String?) {
        self = name.flatMap(Self.init(rawValue:)) ?? .text
    }

    var kind: MessageKind { self == .text ? .text : .binary }

    /// What a message must be, for error messages.
    var itemText: String {
        self == .text
            ? "an item is SEQUENCE,DUE,DATA" : "an item is a binary frame of sequence and due time, 8 B each, and data"
    }

    /// What a message carries.
    func payload(of item: FeedItem) -> ByteBuffer {
        self == .text ? item.text : ItemBinary.encoded(item)
    }

    /// Reads a message.
    ///
    /// - Returns: `nil` if it is no item in this form.
    func header(of kind: MessageKind, _ payload: ByteBuffer) -> ItemText.Header? {
        guard kind == self.kind else { return nil }
        return payload.withUnsafeReadableBytes { bytes in
            self == .text ? ItemText.header(of: bytes) : ItemBinary.header(of: bytes)
        }
    }
}
