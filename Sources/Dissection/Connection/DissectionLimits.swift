/// How much of a connection its dissector keeps.
package struct DissectionLimits: Sendable, Hashable {
    /// Messages kept, 0 to 64; 0 keeps none, and only counts.
    package let messages: Int
    /// Bytes kept of each message after its HTTP headers, 0 to 256; of the headers up to 2 KiB, or nothing.
    package let bytesPerMessage: Int
    /// Memory of the kept messages, in bytes; the oldest are forgotten first. The message of each direction that has
    /// not ended is not included; it takes up to 10 KiB.
    package let memoryBytes: Int
    /// Whether compressed WebSocket messages are inflated, which takes up to 64 KiB of memory per direction.
    package let inflates: Bool

    package static let mostMessages = 64
    package static let mostBytes = 256
    /// A browser's request has about 600 B of headers.
    static let mostHeadBytes = 2_048
    /// Largest headers of a request or response; longer ones make the rest of a connection unreadable.
    static let longestHead = 64 << 10

    /// Counts bytes and keeps nothing.
    package static let countsOnly = DissectionLimits()

    /// Keeps as much as possible.
    package static let inspector = DissectionLimits(messages: mostMessages, bytesPerMessage: mostBytes, inflates: true)

    /// Like ``inspector``, for a server with many connections.
    package static let lane = DissectionLimits(
        messages: mostMessages, bytesPerMessage: mostBytes, memoryBytes: 32 << 10, inflates: true)

    /// Keeps every byte of a pasted text, which is short.
    static func everything(of bytes: Int) -> DissectionLimits {
        DissectionLimits(unchecked: bytes + 1, bytesPerMessage: bytes)
    }

    private init(unchecked messages: Int, bytesPerMessage: Int) {
        (self.messages, self.bytesPerMessage, inflates) = (messages, bytesPerMessage, true)
        memoryBytes = .max
    }

    /// The number of bytes to keep of a message whose headers have this many bytes so far.
    func bytesKept(ofHead headBytes: Int, isHead: Bool) -> Int {
        if bytesPerMessage == 0 { return 0 }
        return isHead ? max(Self.mostHeadBytes, bytesPerMessage) : min(headBytes, Self.mostHeadBytes) + bytesPerMessage
    }

    /// Values outside the ranges become the nearest allowed ones.
    package init(
        messages: Int = 0, bytesPerMessage: Int = mostBytes, memoryBytes: Int = .max, inflates: Bool = false
    ) {
        self.memoryBytes = max(memoryBytes, 0)
        self.messages = min(max(messages, 0), Self.mostMessages)
        self.bytesPerMessage = min(max(bytesPerMessage, 0), Self.mostBytes)
        self.inflates = inflates
    }
}
