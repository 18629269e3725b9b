import NIOCore

/// A response's status line and fields, read strictly (RFC 9112 §2–§5).
struct ResponseHead {
    let status: Int
    let fields: HeaderFields

    /// - Parameters:
    ///   - bytes: The head, its closing blank line included.
    ///   - allowsHTTP10: Whether the answer may be of HTTP/1.0, as those of many proxies are.
    /// - Throws: ``HandshakeError`` at the first line that HTTP does not allow.
    init(parsing bytes: ByteBuffer, allowsHTTP10: Bool = false) throws(HandshakeError) {
        let lines = Self.lines(Array(bytes.readableBytesView.dropLast(4)))
        status = try Self.status(lines[0], allowsHTTP10: allowsHTTP10)
        var parsed: [(name: String, value: String)] = []
        for line in lines.dropFirst() { parsed.append(try Self.field(line)) }
        fields = HeaderFields(parsed)
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices.dropLast() where bytes[index] == 0x0D && bytes[index + 1] == 0x0A {
            lines.append(bytes[start..<index])
            start = index + 2
        }
        return lines + [bytes[start...]]
    }

    private static func status(_ line: ArraySlice<UInt8>, allowsHTTP10: Bool) throws(HandshakeError) -> Int {
        let text = String(decoding: line, as: UTF8.self)
        let digits = line.dropFirst(9).prefix(3)
        let isWellFormed =
            (text.hasPrefix("HTTP/1.1 ") || allowsHTTP10 && text.hasPrefix("HTTP/1.0 ")) && digits.count == 3
            && digits.allSatisfy { (0x30...0x39).contains($0) }
            && line.dropFirst(12).first ?? 0x20 == 0x20 && line.allSatisfy(\.isFieldCharacter)
        guard isWellFormed else { throw .malformedStatusLine(text) }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private static func field(_ line: ArraySlice<UInt8>) throws(HandshakeError) -> (name: String, value: String) {
        let text = String(decoding: line, as: UTF8.self)
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), line.allSatisfy(\.isFieldCharacter) else {
            throw .malformedField(text)
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        guard name.isToken else { throw .malformedField(text) }
        return (name, String(decoding: line[(colon + 1)...], as: UTF8.self).trimmingHTTPSpace())
    }
}
