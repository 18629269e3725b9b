/// Reads bytes that a person pastes as hexadecimal digits.
package enum HexText {
    /// Digits in either case; spaces, line ends, commas, colons and a `0x` before each byte are allowed.
    ///
    /// - Throws: ``UnexplainableInput`` for other characters or an odd number of digits.
    package static func bytes(of text: some StringProtocol) throws(UnexplainableInput) -> [UInt8] {
        var digits: [UInt8] = []
        var previous: Character?
        for (index, character) in text.enumerated() {
            defer { previous = character }
            if character.isWhitespace || [",", ":", "-"].contains(character) { continue }
            if character == "x" || character == "X", previous == "0", digits.count % 2 == 1 {
                digits.removeLast()
                continue
            }
            guard character.isASCII, let digit = character.hexDigitValue else {
                throw UnexplainableInput(
                    "character \(index + 1) is \(shown(character)), not a hexadecimal digit; write bytes as 81 05 48")
            }
            digits.append(UInt8(digit))
        }
        try ExplanationLimits.check(digits.count)
        guard digits.count.isMultiple(of: 2) else {
            throw UnexplainableInput("the text has \(digits.count) hexadecimal digits; each byte needs two")
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Bytes of a file: hexadecimal text, or the bytes themselves if they are no text.
    package static func bytes(ofFile contents: [UInt8]) throws(UnexplainableInput) -> [UInt8] {
        try ExplanationLimits.check(contents.count)
        let isText = contents.allSatisfy { $0 == 0x09 || $0 == 0x0a || $0 == 0x0d || (0x20..<0x7f).contains($0) }
        return isText ? try bytes(of: String(decoding: contents, as: UTF8.self)) : contents
    }

    private static func shown(_ character: Character) -> String {
        character.isASCII && !character.isNewline ? "'\(character)'" : "not ASCII"
    }
}
