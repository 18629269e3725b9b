/// Base64 (RFC 4648 §4), as far as the opening handshake needs it.
enum Base64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            let characters = (0...group.count).map { alphabet[Int(word >> (18 - 6 * UInt32($0)) & 63)] }
            text += characters + [UInt8](repeating: UInt8(ascii: "="), count: 3 - group.count)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether `text` is the one encoding of some 16 bytes.
    static func encodesSixteenBytes(_ text: some StringProtocol) -> Bool {
        let characters = Array(text.utf8)
        guard characters.count == 24, characters.suffix(2).elementsEqual("==".utf8) else { return false }
        let digits = characters.prefix(22).compactMap { alphabet.firstIndex(of: $0) }
        // 22 digits hold 132 bits; the last four belong to no byte and are zero.
        return digits.count == 22 && digits[21] & 0xF == 0
    }
}
