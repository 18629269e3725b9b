extension ConformanceCase {
    private static let kosme: [UInt8] = Array("κόσμε".utf8)

    /// 6.1 to 6.11, 6.22, 6.23: valid text, including unusual characters.
    private static let validTexts: [[UInt8]] =
        [
            [], [0x00], [0x7F], kosme, Array("Hello-µ@ßöäüàá-UTF-8!!".utf8),
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBD],
            [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xEF, 0xBB, 0xBF], Array("漢字かな交じり文 🙂🏴 ".utf8),
        ]
        // 6.22: noncharacters of every plane, and of the Arabic block; 6.23: specials.
        + (0...16 as ClosedRange<UInt32>).flatMap { [utf8($0 << 16 | 0xFFFE), utf8($0 << 16 | 0xFFFF)] }
        + [utf8(0xFDD0), utf8(0xFDEF)] + (0xFFF9...0xFFFD as ClosedRange<UInt32>).map(utf8)

    /// Sequences that no valid text contains; the last byte makes them invalid.
    private static let invalidTexts: [[UInt8]] =
        [
            // 6.8, 6.10, 6.16: starts of five and six bytes, and bytes that UTF-8 does not use.
            [0xF8], [0xFC], [0xF7], [0xFB], [0xFD], [0xFE], [0xFF], [0xF5], [0xC0], [0xC1],
            // 6.12: a continuation without a start. 6.13: a start without its continuation.
            [0x80], [0xBF], [0xC2, 0x20], [0xDF, 0x20], [0xE1, 0x20], [0xEF, 0x80, 0x20], [0xF1, 0x20],
            [0xF4, 0x80, 0x80, 0x20], [0xC2, 0xC2], [0xE1, 0x80, 0xE1], [0xF1, 0x80, 0x80, 0xF1],
            // 6.11: U+110000. 6.17, 6.18, 6.19: overlong forms. 6.20, 6.21: surrogates.
            [0xF4, 0x90], [0xE0, 0x80], [0xE0, 0x9F], [0xF0, 0x80], [0xF0, 0x8F], [0xED, 0xA0], [0xED, 0xAD],
            [0xED, 0xAE], [0xED, 0xAF], [0xED, 0xB0], [0xED, 0xBE], [0xED, 0xBF],
        ] + (0x80...0xBF as ClosedRange<UInt8>).map { kosme + [$0] }

    /// 6.6, 6.14: incomplete characters, which are invalid only at the end of a message.
    private static let incompleteTexts: [[UInt8]] = [
        [0xC2], [0xDF], [0xE0], [0xE0, 0xA0], [0xED, 0x9F], [0xEF, 0xBF], [0xF0], [0xF0, 0x90], [0xF4, 0x8F, 0xBF],
        Array(kosme.dropLast()), Array(kosme.prefix(3)), Array("12345678".utf8) + [0xF0, 0x9F, 0x99],
    ]

    static let text: [ConformanceCase] =
        validTexts.flatMap(valid) + invalidTexts.flatMap(invalid) + incompleteTexts.flatMap(incomplete)

    private static func valid(_ text: [UInt8]) -> [ConformanceCase] {
        let message = Frame.text(text)
        let afterASCII = Frame.text(Array("0123456789abcdef".utf8) + text + [0x21])
        return [
            .echoed("6 valid, \(hex(text))", [message, afterASCII]),
            ConformanceCase(
                "6 valid, one byte per fragment, \(hex(text))", message.fragments(of: 1), expected: [message]),
            ConformanceCase(
                "6 valid, between empty fragments, \(hex(text))", [Frame(0x01), Frame(0x00, text), Frame(0x80)],
                expected: [message]),
            .echoed("6 valid, \(hex(text)) repeated", [.text(text + text + text), .text("a")]),
        ]
    }

    /// The error is detected at its byte: inside a frame, in a fragment that is not the last, and after other bytes.
    private static func invalid(_ text: [UInt8]) -> [ConformanceCase] {
        let more = [UInt8](repeating: 0x61, count: 20)
        let start = Frame(0x01, kosme)
        return [
            ConformanceCase("6 invalid, \(hex(text))", [.text(text)], end: .failed(1007)),
            ConformanceCase(
                "6 invalid at the start, \(hex(text))", [.text(text + more)], end: .failed(1007),
                missingBytes: more.count),
            ConformanceCase(
                "6 invalid after ASCII, \(hex(text))", [Frame(0x01, more + text + more)], end: .failed(1007),
                missingBytes: more.count),
            ConformanceCase(
                "6 invalid in a second fragment, \(hex(text))", [start, Frame(0x00, text + more)], end: .failed(1007),
                missingBytes: more.count),
            ConformanceCase(
                "6 invalid across fragments of one byte, \(hex(text))",
                [start] + text.map { Frame(0x00, [$0]) }, end: .failed(1007)),
            ConformanceCase(
                "6 invalid after a message, \(hex(text))", [.text("a"), .binary(text), .text(text)],
                expected: [.text("a"), .binary(text)], end: .failed(1007)),
        ]
    }

    private static func incomplete(_ text: [UInt8]) -> [ConformanceCase] {
        [
            ConformanceCase("6 incomplete, \(hex(text))", [.text(text)], end: .failed(1007)),
            ConformanceCase("6 incomplete, in a message that continues, \(hex(text))", [Frame(0x01, text)]),
            ConformanceCase(
                "6 incomplete before an empty last fragment, \(hex(text))", [Frame(0x01, text), Frame(0x80)],
                end: .failed(1007), missingBytes: 0),
            ConformanceCase(
                "6 incomplete before a Ping, \(hex(text))", [Frame(0x01, text), .ping(), Frame(0x80, "a")],
                expected: [.pong()], end: .failed(1007)),
        ]
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func utf8(_ value: UInt32) -> [UInt8] {
        Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? []
    }
}
