import Feed
import HTTP

/// Reports lost items to a client: the body of a 410, or the reason of a WebSocket close 4410.
enum GapNotice {
    static func text(oldest: UInt64) -> String {
        "oldest=\(oldest)"
    }

    /// - Returns: The oldest sequence still kept, or `nil` if the text is not a gap notice.
    static func oldest(in text: some StringProtocol) -> UInt64? {
        guard text.hasPrefix("oldest="),
            let oldest = UInt64(text.dropFirst("oldest=".count).prefix { $0.isNumber }),
            oldest > 0, oldest <= ItemLimits.highestSequence
        else { return nil }
        return oldest
    }
}

/// Reads a body that contains no items: a gap notice or an error sentence.
struct RefusalText: Sendable {
    // First bytes of the body.
    private var beginning: [UInt8] = []

    private static let maximumBytes = 256

    /// A new response begins.
    mutating func begin() {
        beginning.removeAll(keepingCapacity: true)
    }

    mutating func arrived(_ bytes: UnsafeRawBufferPointer) {
        beginning.append(contentsOf: bytes.prefix(max(0, Self.maximumBytes - beginning.count)))
    }

    /// What the complete response means for a client with this cursor: a gap, or a fault in one sentence.
    func event(status: Int, cursor: UInt64) -> ListenerEvent {
        guard status == 410 else { return fault(status: status) }
        guard let oldest = GapNotice.oldest(in: text), oldest > cursor else {
            return .fault("the server answered 410 without the oldest sequence that it keeps")
        }
        return .gap(through: oldest - 1)
    }

    /// The complete response as a fault, or as that of a lost server: its status and first line.
    func fault(status: Int) -> ListenerEvent {
        let line = text.prefix { !$0.isNewline }.printableASCII
        let sentence = "the server answered \(status)" + (line.isEmpty ? "" : ": \(line)")
        return GatewayStatus.event(sentence, status: status)
    }

    private var text: String { String(decoding: beginning, as: UTF8.self) }
}
