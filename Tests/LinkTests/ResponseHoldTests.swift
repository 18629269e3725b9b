import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("A proxy that buffers responses")
struct ResponseHoldTests {
    /// Bytes that pass after each of the parts.
    private static func passing(_ buffering: ResponseBuffering, _ parts: String...) -> [Int] {
        var hold = ResponseHold(buffering)
        return parts.map { part in Array(part.utf8).withUnsafeBytes { hold.take($0) } }
    }

    private static let counted = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let open = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    private static let upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

    @Test("a response of known length passes when it is complete")
    func length() {
        #expect(Self.passing(.whole, Self.counted, "ab", "cde") == [0, 0, Self.counted.utf8.count + 5])
    }

    @Test("a chunked response passes after its last chunk")
    func chunks() {
        let passing = Self.passing(.whole, Self.chunked, "1\r\nx\r\n", "0\r\n", "\r\n")
        #expect(passing == [0, 0, 0, Self.chunked.utf8.count + 6 + 3 + 2])
    }

    @Test("responses without a body pass at once")
    func noBody() {
        for head in [
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        ] {
            #expect(Self.passing(.whole, head) == [head.utf8.count])
        }
    }

    @Test("a second response is held on its own")
    func sequence() {
        let whole = Self.counted + "abcde"
        let passing = Self.passing(.whole, whole + Self.chunked, "0\r\n\r\n" + whole)
        #expect(passing == [whole.utf8.count, Self.chunked.utf8.count + 5 + whole.utf8.count])
    }

    @Test("a stream passes nothing before its end")
    func stream() {
        var hold = ResponseHold(.whole)
        for part in [Self.open, "data: 1\n\n", "data: 2\n\n"] {
            #expect(Array(part.utf8).withUnsafeBytes { hold.take($0) } == 0)
        }
        #expect(hold.finish() == Self.open.utf8.count + 18)
        #expect(hold.finish() == 0)
    }

    @Test("with a limit, a stream passes in portions")
    func portions() {
        let item = String(repeating: "x", count: 30)
        let head = Self.open.utf8.count
        let passing = Self.passing(.bytes(100), Self.open, item, item, item, item, item)
        #expect(passing == [0, 0, head + 60, 0, 0, 0])
        #expect(Self.passing(.bytes(100), Self.counted, "abcde") == [0, Self.counted.utf8.count + 5])
        #expect(head == 52)
    }

    @Test("nothing is held above 4 MiB")
    func largest() {
        let megabyte = String(repeating: "x", count: 1 << 20)
        var hold = ResponseHold(.whole)
        var passed = Array(Self.open.utf8).withUnsafeBytes { hold.take($0) }
        for _ in 0..<4 { passed += Array(megabyte.utf8).withUnsafeBytes { hold.take($0) } }
        #expect(passed == Self.open.utf8.count + 4 << 20)
    }

    @Test("after 101 everything passes")
    func upgrade() {
        #expect(Self.passing(.whole, Self.upgrade + "\u{1}", "abc") == [Self.upgrade.utf8.count + 1, 3])
    }

    @Test(
        "what is not HTTP/1.1 passes",
        arguments: ["\u{0}\u{0}\u{0}\u{5}item!", "HTTP/2 200\r\n", "HTTP/1.1 2\r\n\r\n"])
    func other(text: String) {
        #expect(Self.passing(.whole, text, "more") == [text.utf8.count, 4])
    }

    @Test("a broken chunk size passes everything")
    func brokenChunks() {
        #expect(Self.passing(.whole, Self.chunked, "zz\r\n", "abc") == [0, Self.chunked.utf8.count + 4, 3])
    }

    @Test("the result does not depend on how the bytes are cut", arguments: [1, 2, 3, 7, 50])
    func cuts(size: Int) {
        let text = Self.counted + "abcde" + Self.chunked + "2\r\nab\r\n0\r\n\r\n" + Self.upgrade + "frames"
        let bytes = Array(text.utf8)
        var hold = ResponseHold(.whole)
        var passed = 0
        for start in stride(from: 0, to: bytes.count, by: size) {
            passed += bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { hold.take($0) }
        }
        #expect(passed == bytes.count)
    }

    @Test("in a link, held bytes leave when the response ends")
    func link() {
        var connection = SimulatedConnection(
            LinkSettings(down: LinkDirectionSettings(delay: .milliseconds(10)), buffering: .whole))
        connection.send(Self.counted + "ab", .down, at: .seconds(1))
        connection.send("cde", .down, at: .seconds(2))
        connection.send(Self.open, .down, at: .seconds(3))
        connection.close(.down, at: .seconds(4))
        connection.run()
        #expect(connection.down.map(\.at) == [.milliseconds(2_010), .milliseconds(4_010)])
        #expect(connection.down.map(\.bytes) == [Self.counted.utf8.count + 5, Self.open.utf8.count])
        #expect(connection.ends.map(\.at) == [.milliseconds(4_010)])
    }
}
