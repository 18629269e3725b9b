import CCrypto

/// Base64 (RFC 4648 §4), with padding.
package enum Base64 {
    package static func encode(_ bytes: [UInt8]) -> String {
        // libcrypto writes a zero behind the text.
        let length = (bytes.count + 2) / 3 * 4
        var text = [UInt8](repeating: 0, count: length + 1)
        EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
        return String(decoding: text[..<length], as: UTF8.self)
    }

    /// - Returns: `nil` for every text but the one that ``encode(_:)`` makes of some bytes.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let text = Array(text.utf8)
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
        guard padding <= 2, let length = Int32(exactly: text.count),
            EVP_DecodeBlock(&bytes, text, length) == bytes.count
        else { return nil }
        bytes.removeLast(padding)
        // libcrypto skips spaces and does not look at the bits behind the last byte.
        return encode(bytes).utf8.elementsEqual(text) ? bytes : nil
    }
}
