import CCrypto

/// Base64 (RFC 4648 §4), with padding.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        // libcrypto writes a zero byte after the text.
        let length = (bytes.count + 2) / 3 * 4
        var text = [UInt8](repeating: 0, count: length + 1)
        EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text[..<length], as: UTF8.self)
    }

    /// - Returns: `nil` for a text that ``encode(_:)`` never produces.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = Array(text.utf8)
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
        guard padding <= 2, let length = Int32(exactly: text.count),
            EVP_DecodeBlock(&bytes, text, length) == bytes.count
        else { return nil }
        bytes.removeLast(padding)
        // libcrypto skips spaces and ignores the bits after the last byte, so the result is encoded again to compare.
        return encode(bytes).utf8.elementsEqual(text) ? bytes : nil
    }
}
