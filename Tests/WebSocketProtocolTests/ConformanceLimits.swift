import WebSocketProtocol

extension ConformanceCase {
    private static let thousand = WebSocketLimits(frameBytes: 800, messageBytes: 1_000)

    private static func letters(_ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(ascii: "a") + UInt8($0 % 26) }
    }

    /// 9: large messages are echoed; one byte above a limit fails with 1009 at the first header that shows it.
    static let limits: [ConformanceCase] =
        [
            .echoed("9.1 a text of 128 KiB", [.text(letters(1 << 17))]),
            .echoed("9.2 a binary message of 128 KiB", [.binary([UInt8](repeating: 0xFE, count: 1 << 17))]),
            ConformanceCase(
                "9.3 32 KiB in fragments of 64", Frame.text(letters(32_768)).fragments(of: 64),
                expected: [.text(letters(32_768))]),
            .echoed("9.7 a thousand texts of 16", (0..<1_000).map { _ in .text(letters(16)) }),
            ConformanceCase(
                "9 a frame at its limit", [.binary(letters(800))], expected: [.binary(letters(800))], limits: thousand),
            ConformanceCase(
                "9 a frame above it", [.binary(letters(801))], end: .failed(1009), missingBytes: 801, limits: thousand),
            ConformanceCase(
                "9 a message at its limit", Frame.text(letters(1_000)).fragments(of: 300),
                expected: [.text(letters(1_000))], limits: thousand),
            ConformanceCase(
                "9 a message above it", Frame.text(letters(1_001)).fragments(of: 300), end: .failed(1009),
                missingBytes: 101, limits: thousand),
            ConformanceCase(
                "9 a fragment that begins above it", [Frame(0x02, letters(800)), Frame(0x00, letters(201))],
                end: .failed(1009), missingBytes: 201, limits: thousand),
            ConformanceCase(
                "9 several messages at their limit", [.text(letters(800)), .text(letters(800)), .ping("a")],
                expected: [.text(letters(800)), .text(letters(800)), .pong("a")], limits: thousand),
        ]
}
