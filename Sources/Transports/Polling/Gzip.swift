import CZlib
import NIOCore

/// Bodies in the coding `gzip` (RFC 9110 §8.4.1.3, RFC 1952).
enum Gzip {
    /// zlib's own default: a server that compresses once for all can afford it.
    private static let level: Int32 = 6

    /// - Returns: The whole stream of these bytes.
    static func compress(_ body: ByteBuffer) -> ByteBuffer {
        var stream = z_stream()
        let status = pushlab_deflate_init_gzip(&stream, level)
        precondition(status == Z_OK, "zlib is out of memory")
        defer { deflateEnd(&stream) }
        var output = ByteBuffer()
        let bound = Int(deflateBound(&stream, uLong(body.readableBytes)))
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { room in
            body.withUnsafeReadableBytes { input in
                stream.setInput(input)
                stream.setOutput(room)
                let status = deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "zlib's bound is enough for one call")
            }
            return room.count - Int(stream.avail_out)
        }
        return output
    }
}

/// Reads one gzip stream, however its bytes are cut.
///
/// Not `Sendable`: it stays with its client's driver.
final class Gunzip {
    enum Fault: Error, CustomStringConvertible {
        case broken

        var description: String { "the bytes are not a gzip stream" }
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private var room = [UInt8](repeating: 0, count: 16 << 10)
    /// Whether the stream's end has come.
    private(set) var isComplete = false

    init() {
        // zlib keeps the stream's address, so it must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = pushlab_inflate_init_gzip(stream)
        precondition(status == Z_OK, "zlib is out of memory")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Another stream begins.
    func begin() {
        inflateReset(stream)
        isComplete = false
    }

    /// - Throws: ``Fault`` if this is no gzip stream, or if bytes follow its end.
    func read(_ bytes: UnsafeRawBufferPointer, content: (UnsafeRawBufferPointer) -> Void) throws(Fault) {
        stream.pointee.setInput(bytes)
        while stream.pointee.avail_in > 0 {
            if isComplete { throw .broken }
            let status = room.withUnsafeMutableBytes { room -> Int32 in
                // A little of the stream may become much content: as many turns as it takes.
                var status = Z_OK
                repeat {
                    stream.pointee.setOutput(room)
                    status = inflate(stream, Z_NO_FLUSH)
                    content(UnsafeRawBufferPointer(rebasing: room[..<(room.count - Int(stream.pointee.avail_out))]))
                } while status == Z_OK && stream.pointee.avail_out == 0
                return status
            }
            if status == Z_STREAM_END {
                isComplete = true
            } else if status != Z_OK, status != Z_BUF_ERROR {
                throw .broken
            }
        }
    }
}

extension z_stream {
    fileprivate mutating func setInput(_ bytes: UnsafeRawBufferPointer) {
        // zlib's pointer is not const, but it only reads.
        let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        next_in = start?.assumingMemoryBound(to: Bytef.self)
        avail_in = uInt(bytes.count)
    }

    fileprivate mutating func setOutput(_ bytes: UnsafeMutableRawBufferPointer) {
        next_out = bytes.baseAddress?.assumingMemoryBound(to: Bytef.self)
        avail_out = uInt(bytes.count)
    }
}
