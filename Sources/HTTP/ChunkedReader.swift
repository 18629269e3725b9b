import NIOCore

/// A chunked body that breaks RFC 9112 §7.1.
package enum ChunkedFault: Error, Equatable, CustomStringConvertible {
    case sizeUnreadable
    case lineTooLong
    case missingLineEnd
    case bytesAfterEnd

    package var description: String {
        switch self {
        case .sizeUnreadable: "a chunk size is not a hexadecimal number of up to 15 digits"
        case .lineTooLong: "a chunk size line or the trailer is longer than \(ChunkedReader.maximumLineBytes) B"
        case .missingLineEnd: "a chunk or a line of its framing does not end in CRLF"
        case .bytesAfterEnd: "there are bytes after the last chunk"
        }
    }
}

/// Separates the content of a chunked body from its framing, strictly (RFC 9112 §7.1), at any split of the bytes.
///
/// Chunk extensions and trailer fields are skipped, as §7.1.1 and §7.1.2 allow.
///
/// Own code, because libraries return only the content, and the lab measures the bytes of the framing.
package struct ChunkedReader: Sendable {
    private enum State: Equatable {
        /// Within the digits of a size; this many have been read.
        case size(digits: Int)
        /// White space, or an extension, up to the line end.
        case sizeExtension
        case sizeLineFeed
        case content
        case contentReturn
        case contentLineFeed
        /// At the start of a trailer line, which is the body's end if it is empty.
        case trailerStart
        case trailerLine
        case trailerLineFeed
        case endLineFeed
        case ended
    }

    /// Maximum bytes of one size line with its extensions, and of all trailer fields together.
    static let maximumLineBytes = 4_096
    private static let maximumDigits = 15

    private var state = State.size(digits: 0)
    private var remaining = 0
    private var lineBytes = 0
    private let isFollowed: Bool

    /// - Parameter isFollowed: Whether another message may follow; its bytes then stay unread. Otherwise they are a
    ///   fault.
    package init(isFollowed: Bool = false) {
        self.isFollowed = isFollowed
    }

    /// Whether the last chunk and its empty line have been read.
    package var isComplete: Bool { state == .ended }

    /// Whether a chunk's size has been read, and its content is not complete.
    package var isWithinChunk: Bool { state == .content }

    /// Takes the next piece of content from the front of `rest`, with the framing before it.
    ///
    /// - Returns: `nil` once `rest` holds no more of the body.
    /// - Throws: ``ChunkedFault``; the remaining bytes have no meaning.
    package mutating func nextContent(
        _ rest: inout UnsafeRawBufferPointer
    ) throws(ChunkedFault) -> UnsafeRawBufferPointer? {
        while let byte = rest.first {
            if isComplete, isFollowed { return nil }
            if state == .content {
                let count = min(remaining, rest.count)
                let part = UnsafeRawBufferPointer(rebasing: rest[..<count])
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                remaining -= count
                if remaining == 0 { state = .contentReturn }
                return part
            }
            try take(byte)
            rest = UnsafeRawBufferPointer(rebasing: rest[1...])
        }
        return nil
    }

    private mutating func take(_ byte: UInt8) throws(ChunkedFault) {
        switch state {
        case .size(let digits): try takeSize(byte, digits)
        case .sizeExtension: try takeLine(byte, end: .sizeLineFeed)
        case .sizeLineFeed: try expect(0x0a, byte, then: remaining == 0 ? .trailerStart : .content)
        case .content: preconditionFailure("content is taken whole")
        case .contentReturn: try expect(0x0d, byte, then: .contentLineFeed)
        case .contentLineFeed: try expect(0x0a, byte, then: .size(digits: 0))
        case .trailerStart:
            if byte == 0x0d { state = .endLineFeed } else { try takeLine(byte, end: .trailerLineFeed) }
        case .trailerLine: try takeLine(byte, end: .trailerLineFeed)
        case .trailerLineFeed: try expect(0x0a, byte, then: .trailerStart)
        case .endLineFeed: try expect(0x0a, byte, then: .ended)
        case .ended: throw .bytesAfterEnd
        }
    }

    private mutating func takeSize(_ byte: UInt8, _ digits: Int) throws(ChunkedFault) {
        if digits == 0 { (remaining, lineBytes) = (0, 0) }
        if let value = Self.hexadecimal(byte) {
            if digits == Self.maximumDigits { throw .sizeUnreadable }
            remaining = remaining << 4 | value
            state = .size(digits: digits + 1)
            return
        }
        if digits == 0 { throw .sizeUnreadable }
        switch byte {
        case 0x0d: state = .sizeLineFeed
        case 0x0a: throw .missingLineEnd
        // White space is invalid here, but §7.1.1 requires recipients to accept it.
        case UInt8(ascii: ";"), 0x20, 0x09: state = .sizeExtension
        default: throw .sizeUnreadable
        }
    }

    private mutating func takeLine(_ byte: UInt8, end: State) throws(ChunkedFault) {
        if byte == 0x0a { throw .missingLineEnd }
        lineBytes += 1
        if lineBytes > Self.maximumLineBytes { throw .lineTooLong }
        if byte == 0x0d {
            state = end
        } else if end == .trailerLineFeed {
            state = .trailerLine
        }
    }

    private mutating func expect(_ wanted: UInt8, _ byte: UInt8, then next: State) throws(ChunkedFault) {
        if byte != wanted { throw .missingLineEnd }
        state = next
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x41...0x46: Int(byte) - 0x41 + 10
        case 0x61...0x66: Int(byte) - 0x61 + 10
        default: nil
        }
    }
}

extension ChunkedReader {
    /// Takes the next piece of content from the front of `buffer`, with the framing before it.
    ///
    /// - Returns: A slice of the same storage; `nil` once `buffer` holds no more of the body.
    /// - Throws: ``ChunkedFault``; the remaining bytes have no meaning.
    package mutating func nextContent(of buffer: inout ByteBuffer) throws(ChunkedFault) -> ByteBuffer? {
        let start = buffer.readerIndex
        let reading = buffer.withUnsafeReadableBytes {
            raw -> Result<(content: Range<Int>?, taken: Int), ChunkedFault> in
            var rest = raw
            do throws(ChunkedFault) {
                let part = try nextContent(&rest)
                let taken = raw.count - rest.count
                return .success((part.map { taken - $0.count..<taken }, taken))
            } catch {
                return .failure(error)
            }
        }
        let (content, taken) = try reading.get()
        defer { buffer.moveReaderIndex(forwardBy: taken) }
        return content.flatMap { buffer.getSlice(at: start + $0.lowerBound, length: $0.count) }
    }
}
