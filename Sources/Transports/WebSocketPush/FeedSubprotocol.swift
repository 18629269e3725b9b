import Feed
import NIOCore
import WebSocketProtocol

/// The forms of an item over WebSocket, with the subprotocol names that the opening handshake negotiates.
enum FeedSubprotocol: String, CaseIterable {
    /// Text frames with items in their text form; the default if the client requests no subprotocol.
    case text = "pushlab.text.v1"
    /// Binary frames with items in their binary form.
    case binary = "pushlab.binary.v1"

    /// The names that the server supports, the preferred one first.
    static func names(carriesBinary: Bool) -> [String] {
        carriesBinary ? allCases.map(\.rawValue) : [text.rawValue]
    }

    init(agreed name: String?) {
        self = name.flatMap(Self.init(rawValue:)) ?? .text
    }

    var kind: MessageKind { self == .text ? .text : .binary }

    /// Describes a valid message, for error sentences.
    var itemText: String {
        self == .text
            ? "an item is SEQUENCE,DUE,DATA"
            : "an item is a binary message of sequence (8 B), due time (8 B) and data"
    }

    /// The payload of an item's message.
    func payload(of item: FeedItem) -> ByteBuffer {
        self == .text ? item.text : ItemBinary.encoded(item)
    }

    /// Reads the header of an item's message.
    ///
    /// - Returns: `nil` if the message is not an item in this form.
    func header(of kind: MessageKind, _ payload: ByteBuffer) -> ItemText.Header? {
        guard kind == self.kind else { return nil }
        return payload.withUnsafeReadableBytes { header(of: $0) }
    }

    /// Reads the header of a message of the right kind.
    func header(of payload: UnsafeRawBufferPointer) -> ItemText.Header? {
        self == .text ? ItemText.header(of: payload) : ItemBinary.header(of: payload)
    }
}
