import Dissection
import Testing

@Suite("Whether a server's first bytes can be the answer")
struct FirstAnswerTests {
    private func fault(_ pieces: [[UInt8]], usesHTTP: Bool) -> String? {
        var answer = FirstAnswer(usesHTTP: usesHTTP)
        return pieces.compactMap { piece in piece.withUnsafeBytes { answer.take($0) } }.first
    }

    @Test("an HTTP response is one, however it is cut; other lines are named", arguments: [1, 2, 3, 100])
    func http(bytes: Int) {
        func cut(_ text: String) -> [[UInt8]] {
            let all = Array(text.utf8)
            return stride(from: 0, to: all.count, by: bytes).map { Array(all[$0..<min($0 + bytes, all.count)]) }
        }
        #expect(fault(cut("HTTP/1.1 200 OK\r\n\r\nhello world\n"), usesHTTP: true) == nil)
        #expect(fault(cut("HTT"), usesHTTP: true) == nil)
        let sentence = fault(cut("hello world\nhello world\n"), usesHTTP: true)
        #expect(sentence?.hasPrefix("the server's answer is not an HTTP/1.1 response; it begins with 'h") == true)
        if bytes == 100 { #expect(sentence?.hasSuffix("'hello world'") == true) }
        #expect(fault(cut("HTML"), usesHTTP: true)?.contains("begins with 'HTM") == true)
    }

    @Test("a length of the raw feed is one up to 16 MiB, and a notice is too")
    func feed() {
        #expect(fault([[0, 0, 0], [64, 0x41]], usesHTTP: false) == nil)
        #expect(fault([[1, 0, 0, 0]], usesHTTP: false) == nil)
        #expect(fault([[0x80, 0, 0, 9]], usesHTTP: false) == nil)
        #expect(fault([[1, 0, 0, 1]], usesHTTP: false) != nil)
        #expect(
            fault([Array("HTTP/1.1 400 Bad Request\r\n".utf8)], usesHTTP: false)
                == "the server's answer is not the feed over raw TCP; it begins with 'HTTP/1.1 400 Bad Request'")
    }

    @Test("TLS is named as such", arguments: [true, false])
    func tls(usesHTTP: Bool) {
        let sentence = fault([[0x15, 3, 3, 0, 2, 2, 0x46]], usesHTTP: usesHTTP)
        #expect(sentence?.hasSuffix("; it is TLS; use https://") == true, "\(sentence ?? "")")
    }
}
