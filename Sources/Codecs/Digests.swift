import CCrypto

// Digests by OpenSSL's libcrypto. They are not used for security here: protocols and manifests use them as checksums.

/// SHA-1 (FIPS 180-4 §6.1), which RFC 6455 §4.2.2 uses for the accept key.
package enum SHA1 {
    /// - Returns: The 20 bytes of the digest.
    package static func digest(_ message: [UInt8]) -> [UInt8] { Digest.of(message, "SHA1") }
}

/// MD5 (RFC 1321), which hixie-76 uses for its challenge.
package enum MD5 {
    /// - Returns: The 16 bytes of the digest.
    package static func digest(_ message: [UInt8]) -> [UInt8] { Digest.of(message, "MD5") }
}

/// SHA-256 (FIPS 180-4 §6.2), which shows whether two runs had the same scenario.
package enum SHA256 {
    /// - Returns: 64 hexadecimal digits.
    package static func hexDigest(of text: String) -> String { hexDigest(of: Array(text.utf8)) }

    /// - Returns: 64 hexadecimal digits.
    package static func hexDigest(of bytes: [UInt8]) -> String {
        Digest.of(bytes, "SHA256").map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

private enum Digest {
    // A separate context ignores the system's openssl.cnf, which may disable MD5 and SHA-1: a client must not be able
    // to make a digest fail. The context is thread-safe.
    nonisolated(unsafe) private static let library = OSSL_LIB_CTX_new()

    static func of(_ message: [UInt8], _ algorithm: String) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length = 0
        let status = EVP_Q_digest(library, algorithm, nil, message, message.count, &digest, &length)
        precondition(status == 1, "libcrypto fails only when memory runs out")
        return Array(digest.prefix(length))
    }
}
