import HTTP
import NIOCore

/// A transport that a client requests with the first line of its connection, without HTTP.
package protocol FirstLineTransport: PushTransport {
    /// First word of the line; not the name of an HTTP method.
    static var firstWord: StaticString { get }

    /// The server's half of a connection that starts with this line.
    static func makeSubscriber(for line: FirstLine, settings: ServerSettings) -> any Subscriber

    /// The bytes that the server sends before it closes a connection that it refuses.
    static func refusal(_ sentence: String) -> ByteBuffer
}

extension FirstLineTransport {
    package static var entrance: Entrance { .firstLine(Self.self) }

    package static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        throw RequestFault(.notFound, "\(title) does not use HTTP; its first line is \(firstWord) after=SEQ")
    }
}

/// The first line of a client that does not use HTTP: `FEED after=SEQ`.
package struct FirstLine: Sendable, Equatable {
    package let after: UInt64?

    /// Longest first line in bytes, line feed included.
    package static let maximumBytes = 64

    private static let parameter = " after="

    /// Whether a connection's first bytes start a line with this first word and not an HTTP request.
    ///
    /// - Returns: `nil` while too few bytes have arrived to decide.
    package static func begins(_ buffer: ByteBuffer, with word: StaticString) -> Bool? {
        buffer.withUnsafeReadableBytes { bytes in
            for (index, byte) in bytes.prefix(word.utf8CodeUnitCount).enumerated() where byte != word.utf8Start[index] {
                return false
            }
            guard bytes.count > word.utf8CodeUnitCount else { return nil }
            return [0x20, 0x0a, 0x0d].contains(bytes[word.utf8CodeUnitCount])
        }
    }

    /// Consumes the line from `buffer` once it is complete. It ends in LF or CR LF.
    ///
    /// - Returns: `nil` while bytes are missing.
    /// - Throws: ``RequestFault``; send its sentence and close.
    package static func next(from buffer: inout ByteBuffer, word: StaticString) throws(RequestFault) -> FirstLine? {
        guard let end = buffer.readableBytesView.prefix(maximumBytes).firstIndex(of: 0x0a) else {
            if buffer.readableBytes < maximumBytes { return nil }
            throw RequestFault(.badRequest, "the first line is longer than the limit of \(maximumBytes) B")
        }
        var line = buffer.readString(length: end - buffer.readerIndex) ?? ""
        buffer.moveReaderIndex(forwardBy: 1)
        if line.utf8.last == 0x0d { line = String(line.utf8.dropLast()) ?? "" }
        return try FirstLine(line, word: word)
    }

    private init(_ line: String, word: StaticString) throws(RequestFault) {
        let rest = line.dropFirst(word.utf8CodeUnitCount)
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
                "the first line is not \(word) after=SEQ, where SEQ is the sequence of the last item received, or 0")
        }
        after = value
    }

    /// The first line that a client with this cursor sends.
    static func text(_ word: StaticString, after cursor: UInt64) -> String {
        "\(word)\(parameter)\(cursor)\n"
    }
}
