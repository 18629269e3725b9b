import NIOCore

/// Reads the request line and headers of one complete request.
///
/// Works on ranges of the received bytes. Measured over short polls, a whole request costs the server 13 µs of CPU
/// time, 21 µs with NIO's `HTTPRequestDecoder` and 29 µs with NIO's server pipeline.
struct HeadReader {
    let bytes: ByteBuffer

    private struct Semantics {
        var contentLength: Int?
        var transferEncodings = 0
        var isChunked = false
        var expectsContinue = false
        var closes = false
        var hosts = 0
        var ifNoneMatch: Range<Int>?
        var acceptsGzip = false
        var host: Range<Int>?
        var origin: Range<Int>?
        var draftOrigin: Range<Int>?
    }

    func read() throws(RequestFault) -> RequestHead {
        let result = bytes.withUnsafeReadableBytes { raw -> Result<RequestHead, RequestFault> in
            do throws(RequestFault) {
                return .success(try read(raw))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func read(_ raw: UnsafeRawBufferPointer) throws(RequestFault) -> RequestHead {
        var cursor = 0
        let line = try nextLine(raw, &cursor)
        let (method, target, isHTTP10) = try requestLine(raw, line)
        let (path, query) = try split(raw, target, method)
        let fieldLines = cursor..<raw.count
        var semantics = Semantics()
        while true {
            let line = try nextLine(raw, &cursor)
            if line.isEmpty { break }
            try interpret(raw, try fieldLine(raw, line), &semantics)
        }
        try check(semantics, isHTTP10: isHTTP10)
        return RequestHead(
            bytes: bytes, method: method, path: path, query: query, fieldLines: fieldLines,
            keepsAlive: !semantics.closes && !isHTTP10, isHTTP10: isHTTP10,
            contentLength: semantics.contentLength ?? 0, isChunked: semantics.isChunked,
            expectsContinue: semantics.expectsContinue && !isHTTP10, ifNoneMatch: semantics.ifNoneMatch,
            acceptsGzip: semantics.acceptsGzip, host: semantics.host,
            origin: semantics.origin ?? semantics.draftOrigin)
    }

    private func nextLine(_ raw: UnsafeRawBufferPointer, _ cursor: inout Int) throws(RequestFault) -> Range<Int> {
        let start = cursor
        let end = raw.lineEnd(from: start)
        if end + 1 < raw.count, raw[end] == 0x0d, raw[end + 1] == 0x0a {
            cursor = end + 2
            return start..<end
        }
        return try lineWithControls(raw, &cursor)
    }

    // The line is refused: here, or because of its control character.
    private func lineWithControls(
        _ raw: UnsafeRawBufferPointer, _ cursor: inout Int
    ) throws(RequestFault) -> Range<Int> {
        let start = cursor
        guard let end = raw.lineFeed(from: start) else {
            throw RequestFault(.badRequest, "the request headers end in the middle of a line")
        }
        guard end > start, raw[end - 1] == 0x0d else {
            throw RequestFault(.badRequest, "a line of the request headers ends in LF alone; CRLF is required")
        }
        if raw[start..<end - 1].contains(0x0d) {
            throw RequestFault(.badRequest, "a line of the request headers contains a CR that is not part of CRLF")
        }
        cursor = end + 1
        return start..<end - 1
    }

    // MARK: Request line

    private func requestLine(
        _ raw: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(RequestFault) -> (RequestHead.Method, Range<Int>, Bool) {
        guard let first = raw.first(0x20, in: line), let last = raw[line].lastIndex(of: 0x20), first < last else {
            throw RequestFault(.badRequest, "the request line is not METHOD SP TARGET SP HTTP/1.1")
        }
        let target = first + 1..<last
        if target.isEmpty || !raw.all(in: target, meet: { $0 > 0x20 && $0 < 0x7f }) {
            throw RequestFault(.badRequest, "the request target is empty or contains a byte outside visible ASCII")
        }
        if target.count > RequestParser.maximumTargetBytes {
            throw RequestFault(
                .uriTooLong,
                "the request target is longer than the allowed \(RequestParser.maximumTargetBytes) B")
        }
        let isHTTP10 = try version(raw, last + 1..<line.upperBound)
        return (try method(raw, line.lowerBound..<first), target, isHTTP10)
    }

    private func version(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) throws(RequestFault) -> Bool {
        if raw.equals(range, "HTTP/1.1") { return false }
        if raw.equals(range, "HTTP/1.0") { return true }
        if raw.isVersion(range) {
            throw RequestFault(.versionNotSupported, "the request's HTTP version is not supported; use 1.1 or 1.0")
        }
        throw RequestFault(.badRequest, "the request line does not end in HTTP/1.1")
    }

    private func method(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) throws(RequestFault) -> RequestHead.Method {
        if raw.equals(range, "GET") { return .get }
        if raw.equals(range, "POST") { return .post }
        if raw.equals(range, "HEAD") { return .head }
        if raw.equals(range, "OPTIONS") { return .options }
        guard !range.isEmpty, raw.all(in: range, meet: \.isTokenByte) else {
            throw RequestFault(.badRequest, "the request method is not a token (RFC 9110 §5.6.2)")
        }
        return .other
    }

    private func split(
        _ raw: UnsafeRawBufferPointer, _ target: Range<Int>, _ method: RequestHead.Method
    ) throws(RequestFault) -> (path: Range<Int>, query: Range<Int>) {
        // RFC 9112 §3.2.4: the asterisk form means the server itself, for OPTIONS only.
        if method == .options, raw.equals(target, "*") { return (target, target.upperBound..<target.upperBound) }
        guard let start = pathStart(raw, target) else {
            if let slash = omittedPath(raw, target) { return (slash, target.upperBound..<target.upperBound) }
            throw RequestFault(.badRequest, "the request target is neither a path nor an http:// URL")
        }
        if raw.first(UInt8(ascii: "#"), in: start..<target.upperBound) != nil {
            throw RequestFault(.badRequest, "the request target contains a fragment")
        }
        guard let mark = raw.first(UInt8(ascii: "?"), in: start..<target.upperBound) else {
            return (start..<target.upperBound, target.upperBound..<target.upperBound)
        }
        return (start..<mark, mark + 1..<target.upperBound)
    }

    // RFC 9112 §3.2.2: a server must also accept the absolute form.
    private func pathStart(_ raw: UnsafeRawBufferPointer, _ target: Range<Int>) -> Int? {
        if raw[target.lowerBound] == UInt8(ascii: "/") { return target.lowerBound }
        for scheme in ["http://", "https://"] as [StaticString] {
            let length = scheme.utf8CodeUnitCount
            let end = target.lowerBound + length
            // RFC 3986 §3.1: a scheme is case-insensitive.
            guard target.count > length, raw.equalsFolded(target.lowerBound..<end, scheme) else { continue }
            // A slash after a question mark is not part of the path; a user name before the host is refused (RFC 9110
            // §4.2.4).
            let slash = raw.first(in: end..<target.upperBound) { !$0.isAuthorityByte }
            return slash.flatMap { $0 > end && raw[$0] == UInt8(ascii: "/") ? $0 : nil }
        }
        return nil
    }

    /// The range of a slash where the target is a URL without a path, which means `/` (RFC 9110 §4.2.3).
    private func omittedPath(_ raw: UnsafeRawBufferPointer, _ target: Range<Int>) -> Range<Int>? {
        for scheme in ["http://", "https://"] as [StaticString] {
            let end = target.lowerBound + scheme.utf8CodeUnitCount
            guard target.upperBound > end, raw.equalsFolded(target.lowerBound..<end, scheme),
                raw.all(in: end..<target.upperBound, meet: \.isAuthorityByte)
            else { continue }
            return end - 1..<end
        }
        return nil
    }

    // MARK: Fields

    private func fieldLine(
        _ raw: UnsafeRawBufferPointer, _ line: Range<Int>
    ) throws(RequestFault) -> RequestHead.Field {
        if raw[line.lowerBound].isOptionalSpace {
            throw RequestFault(.badRequest, "a header line is folded, which RFC 9112 §5.2 forbids")
        }
        guard let colon = raw.first(UInt8(ascii: ":"), in: line) else {
            throw RequestFault(.badRequest, "a header line has no colon")
        }
        let name = line.lowerBound..<colon
        guard !name.isEmpty, raw.all(in: name, meet: \.isTokenByte) else {
            throw RequestFault(.badRequest, "a header name is not a token, or has white space before its colon")
        }
        let value = raw.trimmed(colon + 1..<line.upperBound)
        if raw.lineEnd(from: value.lowerBound) < value.upperBound {
            throw RequestFault(.badRequest, "a header value contains a control character")
        }
        return RequestHead.Field(name: name, value: value)
    }

    private func interpret(
        _ raw: UnsafeRawBufferPointer, _ field: RequestHead.Field, _ semantics: inout Semantics
    ) throws(RequestFault) {
        switch field.name.count {
        case 4 where raw.equalsFolded(field.name, "host"):
            semantics.hosts += 1
            semantics.host = field.value
            // RFC 9112 §3.2; empty is allowed.
            if !raw.all(in: field.value, meet: \.isAuthorityByte) {
                throw RequestFault(.badRequest, "the Host header is not a host with an optional port")
            }
        case 6 where raw.equalsFolded(field.name, "origin"):
            if semantics.origin != nil { throw RequestFault(.badRequest, "the request has several Origin headers") }
            semantics.origin = field.value
        // The name of Origin in the hybi drafts.
        case 20 where raw.equalsFolded(field.name, "sec-websocket-origin"): semantics.draftOrigin = field.value
        case 6 where raw.equalsFolded(field.name, "expect"):
            if raw.equalsFolded(field.value, "100-continue") { semantics.expectsContinue = true }
        case 10 where raw.equalsFolded(field.name, "connection"):
            if raw.holdsToken(field.value, "close") { semantics.closes = true }
        case 13 where raw.equalsFolded(field.name, "if-none-match"):
            semantics.ifNoneMatch = semantics.ifNoneMatch ?? field.value
        case 15 where raw.equalsFolded(field.name, "accept-encoding"):
            if raw.holdsToken(field.value, "gzip") { semantics.acceptsGzip = true }
        case 14 where raw.equalsFolded(field.name, "content-length"):
            let length = try Self.length(raw, field.value)
            if semantics.contentLength != nil {
                throw RequestFault(.badRequest, "the request has more than one Content-Length")
            }
            semantics.contentLength = length
        case 17 where raw.equalsFolded(field.name, "transfer-encoding"):
            semantics.transferEncodings += 1
            semantics.isChunked = raw.equalsFolded(field.value, "chunked")
        default: break
        }
    }

    private func check(_ semantics: Semantics, isHTTP10: Bool) throws(RequestFault) {
        if semantics.transferEncodings > 0 {
            if semantics.contentLength != nil {
                throw RequestFault(.badRequest, "the request has both a Content-Length and a Transfer-Encoding")
            }
            // RFC 9112 §6.1: HTTP/1.0 has no transfer coding, so the end of the body is unknown.
            if isHTTP10 { throw RequestFault(.badRequest, "an HTTP/1.0 request must not have a Transfer-Encoding") }
            guard semantics.transferEncodings == 1, semantics.isChunked else {
                throw RequestFault(
                    .lengthRequired, "the request body has a coding other than chunked; send it with a Content-Length")
            }
        }
        // RFC 9112 §3.2.
        if semantics.hosts > 1 || (semantics.hosts == 0 && !isHTTP10) {
            throw RequestFault(.badRequest, "the request has \(semantics.hosts) Host headers; there must be one")
        }
    }

    private static func length(_ raw: UnsafeRawBufferPointer, _ range: Range<Int>) throws(RequestFault) -> Int {
        guard !range.isEmpty, range.count <= 15, raw.all(in: range, meet: { $0 >= 0x30 && $0 <= 0x39 }) else {
            throw RequestFault(.badRequest, "Content-Length is not a whole number of up to 15 digits")
        }
        return raw[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
