import CZlib

/// zlib streams (RFC 1950), whole in memory.
enum Deflate {
    /// What a histogram's counts may take, as HdrHistogram's Python reader has it.
    static let largestResult = 4 << 20

    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(length))
        let status = compress2(&result, &length, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
        precondition(status == Z_OK, "zlib fails only when memory runs out or the buffer is too small")
        return Array(result.prefix(Int(length)))
    }

    /// - Returns: `nil` when the bytes are no zlib stream, or one of more than 4 MiB.
    static func decompress(_ bytes: [UInt8]) -> [UInt8]? {
        var capacity = 1 << 16
        while capacity <= largestResult {
            var length = uLong(capacity)
            var result = [UInt8](repeating: 0, count: capacity)
            let status = uncompress(&result, &length, bytes, uLong(bytes.count))
            if status == Z_OK { return Array(result.prefix(Int(length))) }
            // A stream that ends early gives the same code as a full buffer, so it is tried up to the limit.
            guard status == Z_BUF_ERROR else { return nil }
            capacity *= 4
        }
        return nil
    }
}
