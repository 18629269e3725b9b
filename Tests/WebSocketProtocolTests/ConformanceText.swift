extension ConformanceCase {
    private static let kosme: [UInt8] = Array("κόσμε".utf8)

    /// 6.1 to 6.11, 6.22, 6.23: right, however odd.
    private static let rightTexts: [[UInt8]] =
        [
            [], [0x00], [0x7F], kosme, Array("Hello-µ@ßöäüàá-UTF-8!!".utf8),
            [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBD],
            [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xEF, 0xBB, 0xBF], Array("漢字かな交じり文 🙂🏴 ".utf8),
        ]
        // 6.22: noncharacters of every plane, and of the Arabic block; 6.23: specials.
        + (0...16 as ClosedRange<UInt32>).flatMap { [utf8($0 << 16 | 0xFFFE), utf8($0 << 16 | 0xFFFF)] }
        + [utf8(0xFDD0), utf8(0xFDEF)] + (0xFFF9...0xFFFD as ClosedRange<UInt32>).map(utf8)

    /// The first bytes that no text begins with; the last byte shows it.
    private static let wrongStarts: [[UInt8]] =
        [
            // 6.8, 6.10, 6.16: five and six bytes, and what never occurs.
            [0xF8], [0xFC], [0xF7], [0xFB], [0xFD], [0xFE], [0xFF], [0xF5], [0xC0], [0xC1],
            // 6.12: a continuation unasked. 6.13: a start without its continuation.
            [0x80], [0xBF], [0xC2, 0x20], [0xDF, 0x20], [0xE1, 0x20], [0xEF, 0x80, 0x20], [0xF1, 0x20],
            [0xF4, 0x80, 0x80, 0x20], [0xC2, 0xC2], [0xE1, 0x80, 0xE1], [0xF1, 0x80, 0x80, 0xF1],
            // 6.11: U+110000. 6.17, 6.18, 6.19: longer than need be. 6.20, 6.21: surrogates.
            [0xF4, 0x90], [0xE0, 0x80], [0xE0, 0x9F], [0xF0, 0x80], [0xF0, 0x8F], [0xED, 0xA0], [0xED, 0xAD],
            [0xED, 0xAE], [0xED, 0xAF], [0xED, 0xB0], [0xED, 0xBE], [0xED, 0xBF],
        ] + (0x80...0xBF as ClosedRange<UInt8>).map { kosme + [$0] }

    /// 6.6, 6.14: right so far, so wrong only where the message ends.
    private static let cutTexts: [[UInt8]] = [
        [0xC2], [0xDF], [0xE0], [0xE0, 0xA0], [0xED, 0x9F], [0xEF, 0xBF], [0xF0], [0xF0, 0x90], [0xF4, 0x8F, 0xBF],
        Array(kosme.dropLast()), Array(kosme.prefix(3)), Array("12345678".utf8) + [0xF0, 0x9F, 0x99],
    ]

    static let text: [ConformanceCase] = rightTexts.flatMap(right) + wrongStarts.flatMap(wrong) + cutTexts.flatMap(cut)

    private static func right(_ text: [UInt8]) -> [ConformanceCase] {
        let message = Frame.text(text)
        let behindASCII = Frame.text(Array("0123456789abcdef".utf8) + text + [0x21])
        return [
            .echoed("6 right, \(hex(text))", [message, behindASCII]),
            ConformanceCase("6 right, a byte a fragment, \(hex(text))", message.fragments(of: 1), owed: [message]),
            ConformanceCase(
                "6 right, between empty fragments, \(hex(text))", [Frame(0x01), Frame(0x00, text), Frame(0x80)],
                owed: [message]),
            .echoed("6 right, \(hex(text)) after itself", [.text(text + text + text), .text("a")]),
        ]
    }

    /// The fault shows at its own byte: in the middle of a frame, in a fragment that is not the last, and behind
    /// others.
    private static func wrong(_ text: [UInt8]) -> [ConformanceCase] {
        let more = [UInt8](repeating: 0x61, count: 20)
        let start = Frame(0x01, kosme)
        return [
            ConformanceCase("6 wrong, \(hex(text))", [.text(text)], end: .failed(1007)),
            ConformanceCase(
                "6 wrong at once, \(hex(text))", [.text(text + more)], end: .failed(1007), missingBytes: more.count),
            ConformanceCase(
                "6 wrong at once behind ASCII, \(hex(text))", [Frame(0x01, more + text + more)], end: .failed(1007),
                missingBytes: more.count),
            ConformanceCase(
                "6 wrong in a second fragment, \(hex(text))", [start, Frame(0x00, text + more)], end: .failed(1007),
                missingBytes: more.count),
            ConformanceCase(
                "6 wrong over fragments of a byte, \(hex(text))",
                [start] + text.map { Frame(0x00, [$0]) }, end: .failed(1007)),
            ConformanceCase(
                "6 wrong behind a message, \(hex(text))", [.text("a"), .binary(text), .text(text)],
                owed: [.text("a"), .binary(text)], end: .failed(1007)),
        ]
    }

    private static func cut(_ text: [UInt8]) -> [ConformanceCase] {
        [
            ConformanceCase("6 cut, \(hex(text))", [.text(text)], end: .failed(1007)),
            ConformanceCase("6 cut, but not yet over, \(hex(text))", [Frame(0x01, text)]),
            ConformanceCase(
                "6 cut by an empty fragment, \(hex(text))", [Frame(0x01, text), Frame(0x80)], end: .failed(1007),
                missingBytes: 0),
            ConformanceCase(
                "6 cut, a Ping between, \(hex(text))", [Frame(0x01, text), .ping(), Frame(0x80, "a")], owed: [.pong()],
                end: .failed(1007)),
        ]
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private static func utf8(_ value: UInt32) -> [UInt8] {
        Unicode.Scalar(value).map { Array(String(Character($0)).utf8) } ?? []
    }
}
