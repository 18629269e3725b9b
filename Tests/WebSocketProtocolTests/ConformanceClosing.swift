extension ConformanceCase {
    private static let validCodes: [UInt16] =
        Array(1000...1003) + Array(1007...1014) + [3000, 3001, 3999, 4000, 4001, 4999]
    private static let invalidCodes: [UInt16] =
        [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535]

    private static func star(_ bytes: Int) -> [UInt8] { [UInt8](repeating: UInt8(ascii: "*"), count: bytes) }

    static let closing: [ConformanceCase] =
        [
            ConformanceCase(
                "7.1.1 a message, then Close", [.text("Hello"), .close(1000)], expected: [.text("Hello")],
                end: .closed(1000)),
            ConformanceCase("7.1.2 Close twice", [.close(1000), .close(1001)], end: .closed(1000)),
            ConformanceCase("7.1.3 a Ping after Close", [.close(1000), .ping()], end: .closed(1000)),
            ConformanceCase("7.1.4 text after Close", [.close(1000), .text("a")], end: .closed(1000)),
            ConformanceCase(
                "7.1.5 Close between fragments", [Frame(0x01, "a"), .close(1000), Frame(0x80, "b")],
                end: .closed(1000)),
            ConformanceCase(
                "7.1.6 256 KiB, Close, a Ping", [.text(star(262_144)), .close(1000), .ping()],
                expected: [.text(star(262_144))], end: .closed(1000)),
            ConformanceCase("7.1.7 garbage after Close", [.close(1000), Frame(0xFF, star(9))], end: .closed(1000)),
            ConformanceCase("7.3.1 an empty Close", [Frame(0x88)], end: .closed(nil)),
            ConformanceCase("7.3.2 a Close of one byte", [Frame(0x88, [0x03])], end: .failed(1002)),
            ConformanceCase("7.3.4 with a reason", [.close(1000, Array("Hello".utf8))], end: .closed(1000)),
            ConformanceCase("7.3.5 with a reason of 123", [.close(1000, star(123))], end: .closed(1000)),
            ConformanceCase("7.3.6 with a reason of 124", [.close(1000, star(124))], end: .failed(1002)),
            ConformanceCase("7.5.1 a reason with an incomplete character", [.close(1000, [0xCE])], end: .failed(1007)),
            ConformanceCase(
                "7.5.1 a reason with a surrogate", [.close(1000, [0xCE, 0xBA, 0xED, 0xA0, 0x80, 0x65])],
                end: .failed(1007)),
            ConformanceCase("7.5.1 a reason in Greek", [.close(1001, Array("κόσμε".utf8))], end: .closed(1001)),
        ]
        + validCodes.map { ConformanceCase("7.7 code \($0)", [.close($0)], end: .closed($0)) }
        + invalidCodes.flatMap { code in
            [
                ConformanceCase("7.9 code \(code)", [.close(code)], end: .failed(1002)),
                ConformanceCase("7.9 code \(code) with a reason", [.close(code, star(9))], end: .failed(1002)),
                ConformanceCase(
                    "7.9 code \(code) after text", [.text("a"), .close(code)], expected: [.text("a")],
                    end: .failed(1002)),
            ]
        }
}
