extension ConformanceCase {
    private static let halves = [Frame(0x01, "fragment1"), Frame(0x80, "fragment2")]
    private static let whole = [Frame.text("fragment1fragment2")]

    static let fragmentation: [ConformanceCase] = [
        ConformanceCase("5.1 a Ping in two", [Frame(0x09, "frag"), Frame(0x80, "ment")], end: .failed(1002)),
        ConformanceCase("5.2 a Pong in two", [Frame(0x0A, "frag"), Frame(0x80, "ment")], end: .failed(1002)),
        ConformanceCase("5.2 a Close in two", [Frame(0x08, [3]), Frame(0x80, [0xE8])], end: .failed(1002)),
        ConformanceCase("5.3 text in two", halves, expected: whole),
        ConformanceCase("5.3 binary in two", [Frame(0x02, [1]), Frame(0x80, [2])], expected: [.binary([1, 2])]),
        ConformanceCase(
            "5.6 a Ping between", [halves[0], .ping("ping"), halves[1]], expected: [.pong("ping")] + whole),
        ConformanceCase("5.6 a Pong between", [halves[0], .pong("pong"), halves[1]], expected: whole),
        ConformanceCase(
            "5.6 many Pings between", [halves[0]] + (0..<20).map { .ping("\($0)") } + [halves[1]],
            expected: (0..<20).map { .pong("\($0)") } + whole),
        ConformanceCase(
            "5.9 a final continuation without a message", [Frame(0x80, "a"), .text("b")], end: .failed(1002)),
        ConformanceCase(
            "5.9 one after a message", [.text("a"), Frame(0x80)], expected: [.text("a")], end: .failed(1002)),
        ConformanceCase("5.12 a continuation without a message", [Frame(0x00, "a"), .text("b")], end: .failed(1002)),
        ConformanceCase(
            "5.15 one after a message in two fragments", halves + [Frame(0x00, "c"), .text("d")], expected: whole,
            end: .failed(1002)),
        ConformanceCase(
            "5.16 a continuation without a message, twice", [Frame(0x00, "a")] + halves + [Frame(0x00, "a")] + halves,
            end: .failed(1002)),
        ConformanceCase("5.18 text in text", [Frame(0x01, "a"), Frame(0x81, "b")], end: .failed(1002)),
        ConformanceCase("5.18 text in binary", [Frame(0x02, "a"), Frame(0x01, "b")], end: .failed(1002)),
        ConformanceCase("5.18 binary in text", [Frame(0x01, "a"), Frame(0x82, "b")], end: .failed(1002)),
        ConformanceCase(
            "5.19 five fragments with Pings between them",
            [
                Frame(0x01, "1"), Frame(0x00, "2"), .ping("a"), Frame(0x00, "3"), Frame(0x00, "4"), .ping("b"),
                Frame(0x80, "5"),
            ],
            expected: [.pong("a"), .pong("b"), .text("12345")]),
        ConformanceCase(
            "5.20 two fragmented messages with Pings",
            [Frame(0x01, "1"), .ping("a"), Frame(0x80, "2"), Frame(0x02, "3"), .ping("b"), Frame(0x80, "4")],
            expected: [.pong("a"), .text("12"), .pong("b"), .binary([0x33, 0x34])]),
        ConformanceCase(
            "5.21 only empty fragments", [Frame(0x01), Frame(0x00), Frame(0x00), Frame(0x80)],
            expected: [.text("")]),
        ConformanceCase("5.22 a fragmented Ping inside a message", [halves[0], Frame(0x09)], end: .failed(1002)),
        ConformanceCase("5.23 a Close inside a message", [halves[0], .close(1000), halves[1]], end: .closed(1000)),
    ]

    /// 10: a sender that splits every message into fragments of the same size.
    static let autoFragmentation: [ConformanceCase] = [1_300, 125, 65_535].map { bytes in
        let message = Frame.text((0..<65_536).map { UInt8(ascii: "a") + UInt8($0 % 26) })
        return ConformanceCase("10.1 64 KiB of text in \(bytes)", message.fragments(of: bytes), expected: [message])
    }
}
