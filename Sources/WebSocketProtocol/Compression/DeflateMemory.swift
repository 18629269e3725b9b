extension DeflateParameters {
    // zlib's state in addition to window and tables, rounded up.
    private static let stateBytes = 8 << 10

    /// Memory of one side's two zlib streams (zlib's `zconf.h`).
    ///
    /// - Parameters:
    ///   - role: The side.
    ///   - effort: The parameters of deflating.
    /// - Returns: Bytes; about 300 KiB with the largest windows.
    package func streamBytes(at role: WebSocketRole, effort: DeflateEffort = DeflateEffort()) -> Int {
        deflaterBytes(at: role, effort) + inflaterBytes(at: role)
    }

    /// The same, but only for streams with context takeover, which must be kept between messages.
    package func contextBytes(at role: WebSocketRole, effort: DeflateEffort = DeflateEffort()) -> Int {
        (forgetsContext(deflatedBy: role) ? 0 : deflaterBytes(at: role, effort))
            + (forgetsContext(deflatedBy: role.other) ? 0 : inflaterBytes(at: role))
    }

    private func deflaterBytes(at role: WebSocketRole, _ effort: DeflateEffort) -> Int {
        let bits = max(windowBits(deflatedBy: role), Self.fewestDeflateBits)
        return 1 << (bits + 2) + 1 << (effort.memoryLevel + 9) + Self.stateBytes
    }

    private func inflaterBytes(at role: WebSocketRole) -> Int {
        1 << windowBits(deflatedBy: role.other) + Self.stateBytes
    }
}
