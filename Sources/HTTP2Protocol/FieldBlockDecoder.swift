import NIOCore
import NIOHPACK

/// Decodes the field blocks of one direction of a connection (RFC 7541).
///
/// A polling client repeats its request: a block that equals the last one, where neither changes the dynamic table, is
/// not decoded again.
struct FieldBlockDecoder {
    // Longer blocks are not kept for comparison.
    private static let keptBytes = 512

    private var hpack: HPACKDecoder
    private var decoded: UInt64 = 0
    // The last block, and its bytes. A copy of them, because a slice would keep the memory of the whole read.
    private var last: FieldBlock?
    private var lastBytes = ByteBuffer()

    /// - Parameter maximumListBytes: Maximum of all fields together, as RFC 9113 §6.5.2 counts them.
    init(maximumListBytes: Int) {
        hpack = HPACKDecoder(
            allocator: ByteBufferAllocator(), maxDynamicTableSize: HPACKDecoder.maxDynamicTableSize,
            maxHeaderListSize: maximumListBytes)
    }

    /// - Throws: ``HTTP2Fault``: later blocks of the connection have no meaning then (RFC 9113 §4.3).
    mutating func decode(_ bytes: ByteBuffer) throws(HTTP2Fault) -> FieldBlock {
        if let last, lastBytes == bytes { return last }
        var rest = bytes
        let fields: [(name: String, value: String)]
        do {
            fields = try hpack.decodeHeaders(from: &rest).map { (name: $0.name, value: $0.value) }
        } catch is NIOHPACKErrors.MaxHeaderListSizeViolation {
            throw HTTP2Fault(
                .compressionError, "the header fields are longer than the allowed \(hpack.maxHeaderListSize) B")
        } catch {
            throw HTTP2Fault(.compressionError, "a field block is not valid HPACK (RFC 7541)")
        }
        decoded += 1
        let block = FieldBlock(fields: fields, number: decoded)
        last = nil
        if bytes.readableBytes <= Self.keptBytes, !HPACKRepresentations.changeTable(bytes) {
            lastBytes.clear()
            lastBytes.writeImmutableBuffer(bytes)
            last = block
        }
        return block
    }
}
