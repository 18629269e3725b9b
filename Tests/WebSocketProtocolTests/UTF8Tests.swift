import Testing
import WebSocketProtocol

@Suite("UTF-8 in text messages, RFC 6455 §8.1")
struct UTF8Tests {
    static let valid: [[UInt8]] = [
        [], [0x00], [0x7F], Array("Hello-µ@ßöäüàá-UTF-8!!".utf8), Array("κόσμε".utf8), [0xC2, 0x80], [0xDF, 0xBF],
        [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBD], [0xEF, 0xBF, 0xBF],
        [0xEF, 0xBF, 0xBE], [0xF0, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0xBF, 0xBE], [0xF4, 0x8F, 0xBF, 0xBF],
        Array(String(repeating: "0123456789abcdeé", count: 9).utf8),
    ]

    static let invalid: [[UInt8]] = [
        [0x80], [0xBF], [0x80, 0xBF, 0x80], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2, 0x20], [0xC2, 0xC2],
        [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xED, 0xAD, 0xBF], [0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80], [0xF0, 0x80, 0x80, 0xAF],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x28, 0x8C, 0xBC], [0xF0, 0x90, 0x28, 0xBC], [0xF0, 0x28, 0x8C, 0x28],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xFE, 0xFE, 0xFF, 0xFF],
        Array("κόσμε".utf8) + [0xED, 0xA0, 0x80] + Array("edited".utf8),
        Array("12345678".utf8) + [0xFF], Array("1234567890123456".utf8) + [0x80],
    ]

    /// Incomplete: valid so far, invalid if the message ends here.
    static let unfinished: [[UInt8]] = [
        [0xC2], [0xE0], [0xE0, 0xA0], [0xED, 0x9F], [0xF0], [0xF0, 0x90], [0xF0, 0x90, 0x80], [0xF4, 0x8F, 0xBF],
        Array("12345678".utf8) + [0xCE], Array("κόσμε".utf8).dropLast(),
    ]

    @Test("valid text is accepted in one frame, in fragments and byte by byte", arguments: valid)
    func passes(_ text: [UInt8]) {
        for wire in Self.wires(text) {
            for chunkBytes in [1, 2, 5, 11] {
                let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .server))
                #expect(run.events == [.text(String(decoding: text, as: UTF8.self))])
            }
        }
    }

    @Test("invalid text fails with 1007", arguments: invalid + unfinished)
    func fails(_ text: [UInt8]) {
        for wire in Self.wires(text) {
            for chunkBytes in [1, 2, 5, 11] {
                let run = Dribble(wire, chunkBytes: chunkBytes, into: WebSocketEndpoint(role: .server))
                #expect(run.error == .invalidUTF8)
                #expect(run.events.isEmpty)
                #expect(run.output == [0x88, 0x02, 0x03, 0xEF])
            }
        }
    }

    @Test("binary messages may contain any bytes", arguments: invalid)
    func binary(_ bytes: [UInt8]) {
        let run = Dribble(Wire.frame(0x82, bytes, from: .client), into: WebSocketEndpoint(role: .server))
        #expect(run.events == [.binary(bytes)])
    }

    @Test("every invalid sequence is refused without further bytes", arguments: invalid)
    func failsFast(_ text: [UInt8]) {
        var validator = UTF8Validator()
        #expect(text.withUnsafeBytes { validator.accepts($0) } == false)
    }

    @Test("the validator agrees with the standard library on every two bytes")
    func agreesWithStandardLibrary() {
        for first in UInt8.min...0xFF {
            for second in UInt8.min...0xFF {
                #expect(Self.isValid([first, second]) == (String(validating: [first, second], as: UTF8.self) != nil))
            }
        }
    }

    @Test("text fails at its first invalid byte, before the frame and the message end")
    func middleOfFrame() {
        // Autobahn 6.4.3: κόσμε, then U+110000, in an incomplete frame.
        let text = Array("κόσμε".utf8) + [0xF4, 0x90]
        let whole = Wire.frame(0x01, text + [UInt8](repeating: 0x61, count: 80), from: .client)
        var run = Dribble(Array(whole.prefix(6 + text.count - 1)), into: WebSocketEndpoint(role: .server))
        #expect(run.error == nil)
        run.receive([whole[6 + text.count - 1]])
        #expect(run.error == .invalidUTF8)
    }

    private static func isValid(_ bytes: [UInt8]) -> Bool {
        var validator = UTF8Validator()
        return bytes.withUnsafeBytes { validator.accepts($0) } && validator.isAtBoundary
    }

    private static func wires(_ text: [UInt8]) -> [[UInt8]] {
        let whole = Wire.frame(0x81, text, from: .client)
        let bytewise = text.indices.flatMap { Wire.frame($0 == 0 ? 0x01 : 0x00, [text[$0]], from: .client) }
        let split = text.isEmpty ? whole : bytewise + Wire.frame(0x80, [], from: .client)
        let middle = text.count / 2
        let halves =
            Wire.frame(0x01, Array(text[..<middle]), from: .client)
            + Wire.frame(0x80, Array(text[middle...]), from: .client)
        return [whole, split, halves]
    }
}
