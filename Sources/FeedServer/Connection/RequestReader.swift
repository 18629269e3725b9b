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
        case opening(RawOpening)
    }

    private enum Dialect { case unknown, http, raw }

    /// What has arrived and is not read.
    var bytes = ByteBuffer()
    private var dialect: Dialect
    private var parser = RequestParser()

    /// `isStream`: of HTTP/2, on which nothing else is spoken than HTTP.
    init(isStream: Bool) {
        dialect = isStream ? .http : .unknown
    }

    /// Whether the peer is a client of raw TCP.
    var isRaw: Bool { dialect == .raw }

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
        if case .raw = dialect {
            guard let opening = try RawOpening.next(from: &bytes) else { return .incomplete }
            return .opening(opening)
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

    // No request of use begins with an F, so the usual one pays for a look at one byte.
    private mutating func learnDialect() {
        switch RawOpening.begins(bytes) {
        case false: dialect = .http
        case true: dialect = .raw
        default: break
        }
    }
}
