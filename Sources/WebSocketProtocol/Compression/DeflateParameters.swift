/// The four parameters of permessage-deflate (RFC 7692 §7.1): what one side wishes, or what both agreed.
package struct DeflateParameters: Sendable, Hashable {
    static let windowBits = 8...15
    /// zlib's raw deflate has no window of 256 bytes (8 bits) and takes 512 (9 bits) in its place. It then refers back
    /// 512 − 262 = 250 bytes at most (`MAX_DIST`), so what it writes is right for a window of 256, too.
    static let fewestDeflateBits = 9
    static let mostWindowBits = 15

    /// The server forgets its window after each message.
    package var serverNoContextTakeover: Bool
    /// The client forgets its window after each message.
    package var clientNoContextTakeover: Bool
    /// Base-2 logarithm of the window the server deflates with, 8 to 15.
    package var serverMaxWindowBits: Int
    /// Base-2 logarithm of the window the client deflates with, 8 to 15.
    package var clientMaxWindowBits: Int

    package init(
        serverNoContextTakeover: Bool = false,
        clientNoContextTakeover: Bool = false,
        serverMaxWindowBits: Int = 15,
        clientMaxWindowBits: Int = 15
    ) {
        let areAllowed = [serverMaxWindowBits, clientMaxWindowBits].allSatisfy(Self.windowBits.contains)
        precondition(areAllowed, "window bits are 8 to 15 (RFC 7692 §7.1.2)")
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = serverMaxWindowBits
        self.clientMaxWindowBits = clientMaxWindowBits
    }

    /// The window that `role` deflates with.
    func windowBits(deflatedBy role: WebSocketRole) -> Int {
        role == .server ? serverMaxWindowBits : clientMaxWindowBits
    }

    /// Whether `role` deflates each message on its own.
    func forgetsContext(deflatedBy role: WebSocketRole) -> Bool {
        role == .server ? serverNoContextTakeover : clientNoContextTakeover
    }
}

/// What deflating may cost this side; the peer need not know.
package struct DeflateEffort: Sendable, Hashable {
    /// zlib's level: 1 is fast, 9 is small.
    package var level: Int
    /// zlib's memory level, 1 to 9: 2^(level + 9) bytes beside the window.
    var memoryLevel: Int
    /// Shorter messages, in bytes, are sent as they are (§6 leaves each message free).
    var minimumBytes: Int

    package init(level: Int = 6, memoryLevel: Int = 8, minimumBytes: Int = 0) {
        precondition((1...9).contains(level) && (1...9).contains(memoryLevel), "zlib's levels are 1 to 9")
        self.level = level
        self.memoryLevel = memoryLevel
        self.minimumBytes = minimumBytes
    }
}
