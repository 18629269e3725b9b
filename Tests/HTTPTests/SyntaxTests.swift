import Testing

@testable import HTTP

@Suite("The grammar of HTTP, byte by byte")
struct SyntaxTests {
    private static let alphanumeric = Set("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)

    @Test("token characters are those of RFC 9110 §5.6.2", arguments: UInt8.min...UInt8.max)
    func token(byte: UInt8) {
        #expect(byte.isTokenByte == Self.alphanumeric.union("!#$%&'*+-.^_`|~".utf8).contains(byte))
    }

    @Test("an authority has the characters of RFC 3986 §3.2, and brackets", arguments: UInt8.min...UInt8.max)
    func authority(byte: UInt8) {
        #expect(byte.isAuthorityByte == Self.alphanumeric.union("-._~%!$&'()*+,;=:[]".utf8).contains(byte))
    }

    @Test("a line ends at its first control character other than a tab", arguments: 0..<24)
    func lineEnd(position: Int) {
        for byte in UInt8.min...UInt8.max {
            var line = [UInt8](repeating: 0xff, count: 24)
            line[position] = byte
            let end = line.withUnsafeBytes { $0.lineEnd(from: 0) }
            #expect(end == (byte.isFieldByte ? 24 : position), "byte \(byte)")
        }
    }

    /// The borrow of a found byte must not hide or move it.
    @Test("a line ends at the first of several control characters", arguments: 0..<16, 0..<16)
    func firstLineEnd(first: Int, second: Int) {
        var line = Array("0123456789abcdef\r\n".utf8)
        (line[first], line[second]) = (0x7f, 0x00)
        #expect(line.withUnsafeBytes { $0.lineEnd(from: 0) } == min(first, second))
    }

    @Test("a line feed is found from any start", arguments: 0..<6)
    func lineFeed(start: Int) {
        let found = Array("ab\ncd\n".utf8).withUnsafeBytes { $0.lineFeed(from: start) }
        #expect(found == (start <= 2 ? 2 : 5))
        #expect(Array("ab\n".utf8).withUnsafeBytes { $0.lineFeed(from: 3) } == nil)
    }
}
