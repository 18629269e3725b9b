/// The four parameters of permessage-deflate (RFC 7692 §7.1): one side's preferences, or the agreement of both.
package struct DeflateParameters: Sendable, Hashable {
    static let windowBits = 8...15
    /// zlib's raw deflate does not support a window of 256 bytes (8 bits) and uses 512 (9 bits) instead. It then refers
    /// back at most 512 − 262 = 250 bytes (`MAX_DIST`), so its output is also valid for a window of 256.
    static let fewestDeflateBits = 9
    static let mostWindowBits = 15

    /// The server resets its window after each message.
    package var serverNoContextTakeover: Bool
    /// The client resets its window after each message.
    package var clientNoContextTakeover: Bool
    /// Base-2 logarithm of the server's deflate window, 8 to 15.
    package var serverMaxWindowBits: Int
    /// Base-2 logarithm of the client's deflate window, 8 to 15.
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

/// Parameters of this side's deflate; they are not negotiated.
package struct DeflateEffort: Sendable, Hashable {
    /// zlib's compression level: 1 is fastest, 9 compresses best.
    var level: Int
    /// zlib's memory level, 1 to 9: 2^(level + 9) bytes in addition to the window.
    var memoryLevel: Int
    /// Messages shorter than this many bytes are sent uncompressed, which §6 allows for each message.
    var minimumBytes: Int

    package init(level: Int = 6, memoryLevel: Int = 8, minimumBytes: Int = 0) {
        precondition((1...9).contains(level) && (1...9).contains(memoryLevel), "zlib's levels are 1 to 9")
        self.level = level
        self.memoryLevel = memoryLevel
        self.minimumBytes = minimumBytes
    }
}
