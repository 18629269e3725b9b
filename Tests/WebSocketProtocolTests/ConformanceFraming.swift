extension ConformanceCase {
    private static func star(_ bytes: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "*"), count: bytes) }

    /// 1.1 and 1.2: text and binary messages of the sizes at which the length encoding changes.
    static let framing: [ConformanceCase] =
        [0, 1, 125, 126, 127, 128, 65_535, 65_536].flatMap { bytes in
            [
                .echoed("1.1 text of \(bytes)", [.text(star(bytes))]),
                .echoed(
                    "1.2 binary of \(bytes)", [.binary((0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ 0xFE) })]),
            ]
        } + [
            .echoed(
                "1.1 and 1.2 in one write", [.text(""), .binary([]), .text(star(126)), .binary([0xFE]), .text("a")])
        ]

    static let pings: [ConformanceCase] = [
        ConformanceCase("2.1 without payload", [.ping()], expected: [.pong()]),
        ConformanceCase("2.2 with text", [.ping("Hello, world!")], expected: [.pong("Hello, world!")]),
        ConformanceCase(
            "2.3 with bytes that are not text", [Frame(0x89, [0, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0, 0xFF])],
            expected: [Frame(0x8A, [0, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0, 0xFF])]),
        ConformanceCase("2.4 with 125 bytes", [Frame(0x89, star(125))], expected: [Frame(0x8A, star(125))]),
        ConformanceCase("2.5 with 126 bytes", [Frame(0x89, star(126))], end: .failed(1002)),
        ConformanceCase("2.5 with 64 KiB", [Frame(0x89, star(65_536))], end: .failed(1002)),
        ConformanceCase("2.7 an unsolicited Pong without payload", [.pong()]),
        ConformanceCase("2.8 an unsolicited Pong with payload", [.pong("unsolicited pong payload")]),
        ConformanceCase(
            "2.9 an unsolicited Pong, then a Ping", [.pong("unsolicited"), .ping("ping")], expected: [.pong("ping")]),
        ConformanceCase(
            "2.10 ten Pings, answered in order", (0..<10).map { .ping("payload-\($0)") },
            expected: (0..<10).map { .pong("payload-\($0)") }),
        ConformanceCase(
            "2.11 three hundred Pings", (0..<300).map { .ping("\($0)") }, expected: (0..<300).map { .pong("\($0)") }),
        ConformanceCase("2.12 a Pong of 126 bytes", [Frame(0x8A, star(126))], end: .failed(1002)),
    ]

    /// 3: no extension uses RSV1 to RSV3. Messages before the error are still answered.
    static let reservedBits: [ConformanceCase] = (1...7).flatMap { bits in
        let reserved = UInt8(bits) << 4
        let payload = [UInt8]("Hello, world!".utf8)
        return [
            ConformanceCase("3 RSV \(bits) on text", [Frame(0x81 | reserved, payload)], end: .failed(1002)),
            ConformanceCase(
                "3 RSV \(bits) after text, before a Ping", [.text("a"), Frame(0x81 | reserved, payload), .ping()],
                expected: [.text("a")], end: .failed(1002)),
            ConformanceCase("3 RSV \(bits) on binary", [Frame(0x82 | reserved, payload)], end: .failed(1002)),
            ConformanceCase(
                "3 RSV \(bits) on a continuation", [Frame(0x01, "a"), Frame(0x80 | reserved, "b")], end: .failed(1002)),
            ConformanceCase("3 RSV \(bits) on a Ping", [Frame(0x89 | reserved, payload)], end: .failed(1002)),
            ConformanceCase("3 RSV \(bits) on a Pong", [Frame(0x8A | reserved)], end: .failed(1002)),
            ConformanceCase("3 RSV \(bits) on a Close", [Frame(0x88 | reserved, [3, 0xE8])], end: .failed(1002)),
        ]
    }

    /// 4: opcodes 3 to 7 and 11 to 15.
    static let opcodes: [ConformanceCase] = ([3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8]).flatMap { opcode in
        [
            ConformanceCase("4 opcode \(opcode), empty", [Frame(0x80 | opcode)], end: .failed(1002)),
            ConformanceCase("4 opcode \(opcode), not final", [Frame(opcode, "payload")], end: .failed(1002)),
            ConformanceCase(
                "4 opcode \(opcode) after text, before a Ping",
                [.text("Hello"), Frame(0x80 | opcode, "reserved opcode payload"), .ping()], expected: [.text("Hello")],
                end: .failed(1002)),
            ConformanceCase(
                "4 opcode \(opcode) between fragments", [Frame(0x01, "a"), Frame(0x80 | opcode), Frame(0x80, "b")],
                end: .failed(1002)),
        ]
    }
}
