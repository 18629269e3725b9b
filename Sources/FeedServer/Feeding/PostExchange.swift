import HTTP
import NIOCore

/// Where ``PostSink`` sends items: `http://HOST:PORT/PATH`.
package struct PostTarget: Sendable, Equatable {
    /// Name or address; an IPv6 address without brackets.
    package let host: String
    package let port: Int
    /// Path and query.
    package let target: String

    package init(host: String, port: Int, target: String) {
        (self.host, self.port, self.target) = (host, port, target)
    }

    var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
    var text: String { "http://\(authority)\(target)" }

    /// One request (RFC 9112): header fields and body.
    func request(_ body: ByteBuffer, contentType: String) -> [UInt8] {
        let head =
            "POST \(target) HTTP/1.1\r\nHost: \(authority)\r\nContent-Type: \(contentType)\r\n"
            + "Content-Length: \(body.readableBytes)\r\n\r\n"
        return Array(head.utf8) + Array(body.readableBytesView)
    }
}

/// Reads the answer to one POST, split at any point: its status, its first line, and whether the connection stays.
struct PostAnswer {
    private enum Framing {
        case counted(missing: Int)
        case chunked(ChunkedReader)
        case untilClose
    }

    private var parser = ResponseParser(allowsHTTP10: true)
    private var framing: Framing?
    private var beginning: [UInt8] = []
    private(set) var status = 0
    /// Whether the whole answer was read.
    private(set) var isComplete = false
    /// Whether the server keeps the connection for another request.
    private(set) var keepsConnection = false
    /// Whether a byte of it was read.
    private(set) var hasBegun = false

    // Enough for one line on a terminal.
    private static let mostBytes = 256
    private static let mostDigits = 15

    /// Whether the server has taken the item.
    var isSuccess: Bool { (200...299).contains(status) }

    /// First line of the body, printable; empty without one.
    var firstLine: String {
        String(decoding: beginning, as: UTF8.self).prefix { !$0.isNewline }.printableASCII
    }

    /// - Returns: Whether the bytes were those of HTTP; otherwise drop the connection.
    mutating func take(_ bytes: ByteBuffer) -> Bool {
        var bytes = bytes
        hasBegun = hasBegun || bytes.readableBytes > 0
        do {
            while framing == nil {
                guard let head = try parser.next(from: &bytes) else { return true }
                if !head.isInterim { begin(head) }
            }
            try takeBody(&bytes)
            // There was one request, so nothing may follow its answer.
            return !isComplete || bytes.readableBytes == 0
        } catch {
            return false
        }
    }

    /// The server has closed the connection.
    ///
    /// - Returns: Whether the answer is complete.
    mutating func connectionEnded() -> Bool {
        if case .untilClose? = framing { isComplete = true }
        return isComplete
    }

    private mutating func begin(_ head: ResponseHead) {
        status = head.status
        let isHTTP10 = head.bytes.getString(at: head.bytes.readerIndex, length: 8) == "HTTP/1.0"
        keepsConnection = !isHTTP10 && !head.fields.list("Connection", contains: "close")
        // RFC 9112 §6.3.
        if status == 204 || status == 304 {
            framing = .counted(missing: 0)
        } else if head.fields.list("Transfer-Encoding", contains: "chunked") {
            framing = .chunked(ChunkedReader())
        } else if let length = Self.length(head.fields) {
            framing = .counted(missing: length)
        } else {
            framing = .untilClose
            keepsConnection = false
        }
        if case .counted(missing: 0)? = framing { isComplete = true }
    }

    private mutating func takeBody(_ bytes: inout ByteBuffer) throws(ChunkedFault) {
        switch framing {
        case .counted(let missing)?:
            let count = min(missing, bytes.readableBytes)
            keep(bytes.readSlice(length: count))
            framing = .counted(missing: missing - count)
            isComplete = count == missing
        case .chunked(var reader)?:
            while let part = try reader.nextContent(of: &bytes) { keep(part) }
            framing = .chunked(reader)
            isComplete = reader.isComplete
        case .untilClose?: keep(bytes.readSlice(length: bytes.readableBytes))
        case nil: break
        }
    }

    private mutating func keep(_ part: ByteBuffer?) {
        guard let part, beginning.count < Self.mostBytes else { return }
        beginning.append(contentsOf: part.readableBytesView.prefix(Self.mostBytes - beginning.count))
    }

    private static func length(_ fields: HeaderFields) -> Int? {
        guard let text = fields.single("Content-Length"), text.utf8.count <= mostDigits,
            text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        return Int(text)
    }
}
