import HTTP
import NIOCore
import Transports

/// Reads requests from a connection; its first bytes select the protocol.
struct RequestReader {
    enum Reading {
        /// Bytes are missing.
        case incomplete
        /// The bytes begin with the HTTP/2 preface, which stays unread.
        case http2
        case request(RequestHead)
        case firstLine(FirstLine, of: any FirstLineTransport.Type)
    }

    private enum Dialect {
        case unknown, http
        case firstLine(any FirstLineTransport.Type)
    }

    /// Received bytes that are not read yet.
    var bytes = ByteBuffer()
    // Whether they share memory with bytes of other connections.
    private var areShared = false
    private var dialect: Dialect
    private var parser = RequestParser()
    private let firstLines: [any FirstLineTransport.Type]

    /// - Parameters:
    ///   - isStream: Whether this is an HTTP/2 stream, which carries only HTTP.
    ///   - firstLines: The transports that a connection's first line can select.
    init(isStream: Bool, firstLines: [any FirstLineTransport.Type] = TransportRegistry.standard.firstLines) {
        dialect = isStream ? .http : .unknown
        self.firstLines = firstLines
    }

    /// The transport that the connection's first line selects; `nil` for HTTP.
    var firstLineTransport: (any FirstLineTransport.Type)? {
        if case .firstLine(let transport) = dialect { transport } else { nil }
    }

    /// Whether the refused request is HEAD, whose response has no content.
    var hasRefusedHEAD: Bool { parser.hasRefusedHEAD }

    /// Adds bytes, which may share memory with those of other connections until ``keepOwnBytes()``.
    mutating func received(_ arrived: consuming ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = arrived
            areShared = true
        } else {
            bytes.writeBuffer(&arrived)
        }
    }

    /// Copies what is left of bytes in shared memory, so that the memory can be used again.
    mutating func keepOwnBytes() {
        if bytes.readableBytes == 0 {
            if bytes.storageCapacity > 0 { bytes = ByteBuffer() }
        } else if areShared {
            bytes = ByteBuffer(bytes: bytes.readableBytesView)
        }
        areShared = false
    }

    /// Reads the next request once its headers are complete.
    ///
    /// - Throws: ``RequestFault``; answer it and close, because the start of the next request is unknown.
    mutating func next() throws(RequestFault) -> Reading {
        if case .unknown = dialect {
            guard let isHTTP2 = HTTP2Upgrade.begins(bytes) else { return .incomplete }
            if isHTTP2 { return .http2 }
            detectDialect()
        }
        if case .firstLine(let transport) = dialect {
            guard let line = try FirstLine.next(from: &bytes, word: transport.firstWord) else { return .incomplete }
            return .firstLine(line, of: transport)
        }
        guard let head = try parser.next(from: &bytes) else { return .incomplete }
        return .request(head)
    }

    /// Discards up to `count` bytes.
    ///
    /// - Returns: The number of bytes discarded.
    mutating func skip(_ count: Int) -> Int {
        let skipped = min(count, bytes.readableBytes)
        bytes.moveReaderIndex(forwardBy: skipped)
        return skipped
    }

    // Once per connection. The first byte usually decides: few HTTP requests share it with a first word.
    private mutating func detectDialect() {
        var isUndecided = false
        for transport in firstLines {
            switch FirstLine.begins(bytes, with: transport.firstWord) {
            case true?:
                dialect = .firstLine(transport)
                return
            case false?: break
            case nil: isUndecided = true
            }
        }
        if !isUndecided { dialect = .http }
    }
}
