import HTTP
import NIOCore

/// The first line of a raw TCP client: `FEED after=SEQ`.
package struct RawOpening: Sendable, Equatable {
    package let after: UInt64?

    /// Longest first line, its line feed included, in bytes.
    package static let maximumBytes = 64

    private static let word: StaticString = "FEED"
    private static let parameter = " after="

    /// Whether a connection's first bytes can be no HTTP request of any use, but this.
    ///
    /// `nil` while too few have come to tell. No method of HTTP is called FEED.
    package static func begins(_ buffer: ByteBuffer) -> Bool? {
        buffer.withUnsafeReadableBytes { bytes in
            for (index, byte) in bytes.prefix(word.utf8CodeUnitCount).enumerated() where byte != word.utf8Start[index] {
                return false
            }
            guard bytes.count > word.utf8CodeUnitCount else { return nil }
            return [0x20, 0x0a, 0x0d].contains(bytes[word.utf8CodeUnitCount])
        }
    }

    /// Takes the line from `buffer`, once all of it is there. CR LF ends it as well as LF.
    ///
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``RequestFault``; say why and close.
    package static func next(from buffer: inout ByteBuffer) throws(RequestFault) -> RawOpening? {
        guard let end = buffer.readableBytesView.prefix(maximumBytes).firstIndex(of: 0x0a) else {
            if buffer.readableBytes < maximumBytes { return nil }
            throw RequestFault(.badRequest, "the first line is above \(maximumBytes) B, which is what is allowed")
        }
        var line = buffer.readString(length: end - buffer.readerIndex) ?? ""
        buffer.moveReaderIndex(forwardBy: 1)
        if line.utf8.last == 0x0d { line = String(line.utf8.dropLast()) ?? "" }
        return try RawOpening(line)
    }

    private init(_ line: String) throws(RequestFault) {
        let rest = line.dropFirst(Self.word.utf8CodeUnitCount)
        if rest.isEmpty {
            after = nil
            return
        }
        let number = rest.dropFirst(Self.parameter.count)
        guard rest.hasPrefix(Self.parameter), number.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let value = UInt64(number), value < UInt64(Int64.max)
        else {
            throw RequestFault(
                .badRequest,
                "the first line is not FEED after=SEQ, where SEQ is the sequence of the last item received, 0 for none")
        }
        after = value
    }

    /// The line of a client at this cursor.
    static func line(after cursor: UInt64) -> String {
        "\(word)\(parameter)\(cursor)\n"
    }
}
