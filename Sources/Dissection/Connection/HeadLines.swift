import HTTP

/// Start line and header fields of a request or response with their positions, read leniently: what breaks the rules
/// is kept, so that it can be shown.
struct HeadLines: Sendable {
    struct Field: Sendable {
        /// The whole line with its line end.
        let line: Range<Int>
        let name: Range<Int>
        /// Without white space around it.
        let value: Range<Int>
        /// Whether the line has a colon after a token.
        let isWellFormed: Bool
    }

    let bytes: [UInt8]
    /// The start line without its line end.
    let start: Range<Int>
    /// The start line with its line end.
    let startLine: Range<Int>
    let fields: [Field]
    /// The empty line; empty if it is missing.
    let end: Range<Int>
    /// Whether a line ends in LF alone.
    let hasBareLineFeed: Bool

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var lines: [(content: Range<Int>, whole: Range<Int>)] = []
        var position = 0
        var end = bytes.count..<bytes.count
        var hasBareLineFeed = false
        while position < bytes.count {
            let lineFeed = bytes[position...].firstIndex(of: 0x0a)
            let next = lineFeed.map { $0 + 1 } ?? bytes.count
            var last = lineFeed ?? bytes.count
            if lineFeed != nil, last > position, bytes[last - 1] == 0x0d {
                last -= 1
            } else if lineFeed != nil {
                hasBareLineFeed = true
            }
            if last == position, !lines.isEmpty {
                end = position..<next
                break
            }
            lines.append((position..<last, position..<next))
            position = next
        }
        startLine = lines.first?.whole ?? 0..<0
        start = lines.first?.content ?? 0..<0
        fields = lines.dropFirst().map { Self.field(bytes, $0.content, $0.whole) }
        self.end = end
        self.hasBareLineFeed = hasBareLineFeed
    }

    /// Length of the section from start line to empty line.
    ///
    /// - Parameters:
    ///   - bytes: The message from its first byte on.
    ///   - start: Bytes that earlier calls have searched.
    /// - Returns: `nil` while the empty line is missing.
    static func length(_ bytes: UnsafeRawBufferPointer, from start: Int = 0) -> Int? {
        var index = max(start, 3)
        while index < bytes.count {
            guard let lineFeed = bytes[index...].firstIndex(of: 0x0a) else { return nil }
            if bytes[lineFeed - 1] == 0x0d, bytes[lineFeed - 2] == 0x0a, bytes[lineFeed - 3] == 0x0d {
                return lineFeed + 1
            }
            index = lineFeed + 1
        }
        return nil
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    var startText: String { text(start) }

    /// The words of the start line.
    var words: [String] { startText.split(separator: " ", omittingEmptySubsequences: false).map(String.init) }

    var headerFields: HeaderFields {
        HeaderFields(fields.filter(\.isWellFormed).map { (text($0.name), text($0.value)) })
    }

    /// The status of a response; `nil` for another start line.
    var status: Int? {
        let words = words
        guard words.count >= 2, words[0].hasPrefix("HTTP/"), words[1].utf8.count == 3 else { return nil }
        return Int(words[1])
    }

    private static func field(_ bytes: [UInt8], _ content: Range<Int>, _ whole: Range<Int>) -> Field {
        guard let colon = bytes[content].firstIndex(of: 0x3a) else {
            return Field(
                line: whole, name: content, value: content.upperBound..<content.upperBound, isWellFormed: false)
        }
        var value = colon + 1..<content.upperBound
        while let first = bytes[value].first, first == 0x20 || first == 0x09 { value = value.dropFirst() }
        while let last = bytes[value].last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        let name = content.lowerBound..<colon
        return Field(
            line: whole, name: name, value: value,
            isWellFormed: !name.isEmpty && bytes[name].allSatisfy(\.isTokenByte))
    }
}
