import NIOCore

/// A response that violates HTTP/1 (RFC 9112).
package enum ResponseFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The headers did not end within the limit.
    case oversizedHead(limitBytes: Int)
    /// The status line is not `HTTP/1.1`, three digits and a reason.
    case malformedStatusLine(String)
    /// A header line that HTTP does not allow: folded, without a name, with a control character.
    case malformedField(String)

    package var description: String {
        switch self {
        case .oversizedHead(let limit): "the response headers are longer than \(limit) B"
        case .malformedStatusLine(let line): "\(line.quotedLine) is not an HTTP/1.1 status line"
        case .malformedField(let line): "the header line \(line.quotedLine) is not allowed in HTTP"
        }
    }
}

/// Status line and headers of one HTTP/1 response, read strictly (RFC 9112 §2–§5).
package struct ResponseHead: Sendable {
    /// Status line and headers, including the empty line.
    package let bytes: ByteBuffer
    package let status: Int
    package let fields: HeaderFields

    /// - Parameters:
    ///   - bytes: Status line and headers, including the empty line.
    ///   - allowsHTTP10: Whether HTTP/1.0 is accepted, which many proxies send.
    /// - Throws: ``ResponseFault`` at the first line that HTTP does not allow.
    package init(parsing bytes: ByteBuffer, allowsHTTP10: Bool = false) throws(ResponseFault) {
        let lines = Self.lines(Array(bytes.readableBytesView.dropLast(4)))
        status = try Self.status(lines[0], allowsHTTP10: allowsHTTP10)
        var parsed: [(name: String, value: String)] = []
        for line in lines.dropFirst() { parsed.append(try Self.field(line)) }
        fields = HeaderFields(parsed)
        self.bytes = bytes
    }

    /// Whether another response follows this one (RFC 9110 §15.2). After 101 the bytes are not HTTP.
    package var isInterim: Bool { (100...199).contains(status) && status != 101 }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices.dropLast() where bytes[index] == 0x0D && bytes[index + 1] == 0x0A {
            lines.append(bytes[start..<index])
            start = index + 2
        }
        return lines + [bytes[start...]]
    }

    private static func status(_ line: ArraySlice<UInt8>, allowsHTTP10: Bool) throws(ResponseFault) -> Int {
        let text = String(decoding: line, as: UTF8.self)
        let digits = line.dropFirst(9).prefix(3)
        let isWellFormed =
            (text.hasPrefix("HTTP/1.1 ") || allowsHTTP10 && text.hasPrefix("HTTP/1.0 ")) && digits.count == 3
            && digits.allSatisfy { (0x30...0x39).contains($0) }
            && line.dropFirst(12).first ?? 0x20 == 0x20 && line.allSatisfy(\.isFieldByte)
        guard isWellFormed else { throw .malformedStatusLine(text) }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(ResponseFault) -> (name: String, value: String) {
        let text = String(decoding: line, as: UTF8.self)
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.allSatisfy(\.isFieldByte) else {
            throw .malformedField(text)
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        guard name.isToken else { throw .malformedField(text) }
        return (name, String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingOptionalSpace())
    }
}

/// Reads a response's headers, and those of interim responses before it, from a connection's bytes, split at any point.
package struct ResponseParser: Sendable {
    /// Maximum size of the headers that the lab's clients accept, in bytes.
    package static let defaultHeadLimit = 16 << 10

    private let limit: Int
    private let allowsHTTP10: Bool
    private var head = ByteBuffer()
    /// Bytes of all headers read so far, including those of interim responses.
    package private(set) var headBytes = 0

    /// - Parameters:
    ///   - limit: Maximum size of all headers together, in bytes.
    ///   - allowsHTTP10: Whether HTTP/1.0 is accepted.
    package init(limit: Int = ResponseParser.defaultHeadLimit, allowsHTTP10: Bool = false) {
        self.limit = limit
        self.allowsHTTP10 = allowsHTTP10
    }

    /// Takes the headers of the next response.
    ///
    /// - Parameter bytes: Unread input; the bytes after the headers stay.
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``ResponseFault``; drop the connection.
    package mutating func next(from bytes: inout ByteBuffer) throws(ResponseFault) -> ResponseHead? {
        let seen = head.readableBytes
        head.writeImmutableBuffer(bytes)
        guard let length = Self.length(head, from: max(0, seen - 3)) else {
            bytes.moveReaderIndex(to: bytes.writerIndex)
            guard headBytes + head.readableBytes < limit else { throw .oversizedHead(limitBytes: limit) }
            return nil
        }
        guard headBytes + length <= limit else { throw .oversizedHead(limitBytes: limit) }
        bytes.moveReaderIndex(forwardBy: length - seen)
        head.moveWriterIndex(to: head.readerIndex + length)
        defer { head = ByteBuffer() }
        headBytes += length
        return try ResponseHead(parsing: head, allowsHTTP10: allowsHTTP10)
    }

    private static func length(_ bytes: ByteBuffer, from start: Int) -> Int? {
        bytes.withUnsafeReadableBytes { raw in
            guard start + 4 <= raw.count else { return nil }
            for index in start...(raw.count - 4)
            where raw.loadUnaligned(fromByteOffset: index, as: UInt32.self).bigEndian == 0x0D0A_0D0A {
                return index + 4
            }
            return nil
        }
    }
}
