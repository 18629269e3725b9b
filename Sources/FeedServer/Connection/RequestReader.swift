import HTTP
import NIOCore
import Transports

/// Reads what a connection's peer asks for, in the language that its first bytes tell.
struct RequestReader {
    enum Reading {
        /// Bytes are missing.
        case incomplete
        /// The bytes are the preface of HTTP/2, and still unread.
        case http2
        case request(RequestHead)
        case firstLine(FirstLine, of: any FirstLineTransport.Type)
    }

    private enum Dialect { case unknown, http, firstLine(any FirstLineTransport.Type) }

    /// What has arrived and is not read.
    var bytes = ByteBuffer()
    private var dialect: Dialect
    private var parser = RequestParser()
    private let firstLines: [any FirstLineTransport.Type]

    /// - Parameters:
    ///   - isStream: Whether this is a stream of HTTP/2, which carries nothing but HTTP.
    ///   - firstLines: The transports that a connection's first line can ask for.
    init(isStream: Bool, firstLines: [any FirstLineTransport.Type] = TransportRegistry.standard.firstLines) {
        dialect = isStream ? .http : .unknown
        self.firstLines = firstLines
    }

    /// The transport that the connection's first line asks for; `nil` for HTTP.
    var firstLineTransport: (any FirstLineTransport.Type)? {
        if case .firstLine(let transport) = dialect { transport } else { nil }
    }

    /// Whether the request that was refused is HEAD, whose answer has no content.
    var hasRefusedHEAD: Bool { parser.hasRefusedHEAD }

    mutating func received(_ arrived: consuming ByteBuffer) {
        if bytes.readableBytes == 0 {
            bytes = arrived
        } else {
            bytes.writeBuffer(&arrived)
        }
    }

    /// Takes the next request, once all of its head is there.
    ///
    /// - Throws: ``RequestFault``; answer it and close, since the borders between requests are lost.
    mutating func next() throws(RequestFault) -> Reading {
        if case .unknown = dialect {
            guard let isHTTP2 = HTTP2Upgrade.begins(bytes) else { return .incomplete }
            if isHTTP2 { return .http2 }
            learnDialect()
        }
        if case .firstLine(let transport) = dialect {
            guard let line = try FirstLine.next(from: &bytes, word: transport.firstWord) else { return .incomplete }
            return .firstLine(line, of: transport)
        }
        guard let head = try parser.next(from: &bytes) else { return .incomplete }
        return .request(head)
    }

    /// Throws away up to so many bytes.
    ///
    /// - Returns: How many were there.
    mutating func skip(_ count: Int) -> Int {
        let skipped = min(count, bytes.readableBytes)
        bytes.moveReaderIndex(forwardBy: skipped)
        return skipped
    }

    // Once per connection: most requests differ from a first word in their first byte.
    private mutating func learnDialect() {
        var isUndecided = false
        for transport in firstLines {
            switch FirstLine.begins(bytes, with: transport.firstWord) {
            case true?: return dialect = .firstLine(transport)
            case false?: break
            case nil: isUndecided = true
            }
        }
        if !isUndecided { dialect = .http }
    }
}
