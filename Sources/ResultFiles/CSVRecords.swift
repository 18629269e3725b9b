/// Splits RFC 4180 text into records.
///
/// Lines may end with CRLF or LF; every other deviation from the RFC is an error, and so are NUL and a field of more
/// than ``longestField`` bytes, which no file of a run has.
///
/// Not a package, because each error must name its line, and a package would be larger than this code.
struct CSVRecords {
    struct Record: Equatable {
        /// The line where the record starts, counted from 1.
        let line: Int
        let fields: [String]
    }

    static let longestField = 65_536

    private let bytes: [UInt8]
    private let file: String
    private var position = 0
    private var line = 1
    let allowsCut: Bool
    /// Whether the text ends within a record, which is left out; only if the reader allows it.
    private(set) var isCut = false

    init(_ text: String, file: String, allowsCut: Bool = false) {
        // Spreadsheets write a byte order mark.
        bytes = Array(text.utf8.starts(with: [0xEF, 0xBB, 0xBF]) ? text.utf8.dropFirst(3) : text.utf8[...])
        (self.file, self.allowsCut) = (file, allowsCut)
    }

    /// The next record, or `nil` at the end.
    mutating func next() throws(CSVError) -> Record? {
        guard position < bytes.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try nextField())
            guard position < bytes.count, bytes[position] == UInt8(ascii: ",") else { break }
            position += 1
        }
        try takeLineEnd()
        guard isCut else { return Record(line: start, fields: fields) }
        isCut = !fields.allSatisfy(\.isEmpty)
        // Without a line end, the last field may be a part of one.
        return isCut ? nil : Record(line: start, fields: fields)
    }

    private mutating func nextField() throws(CSVError) -> String {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return try plainField() }
        return try quotedField()
    }

    private mutating func plainField() throws(CSVError) -> String {
        let start = position
        while position < bytes.count, !Self.ends(bytes[position]) {
            if bytes[position] == UInt8(ascii: "\"") { throw error("a quote is inside a field without quotes") }
            try check(bytes[position], after: position - start)
            position += 1
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private mutating func quotedField() throws(CSVError) -> String {
        let opening = line
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") {
                guard position < bytes.count, bytes[position] == byte else { return try closed(content) }
                position += 1
            }
            try check(byte, after: content.count)
            if byte == UInt8(ascii: "\n") { line += 1 }
            content.append(byte)
        }
        guard allowsCut else { throw CSVError(file: file, line: opening, message: "a quote is not closed") }
        isCut = true
        return String(decoding: content, as: UTF8.self)
    }

    private func check(_ byte: UInt8, after count: Int) throws(CSVError) {
        if count >= Self.longestField { throw error("a field is longer than 64 KiB") }
        if byte == 0 { throw error("a NUL byte") }
    }

    private func closed(_ content: [UInt8]) throws(CSVError) -> String {
        guard position == bytes.count || Self.ends(bytes[position]) else {
            throw error("text follows a closing quote")
        }
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func takeLineEnd() throws(CSVError) {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\r") {
            position += 1
            guard position < bytes.count || allowsCut else { throw strayReturn }
        }
        guard position < bytes.count else {
            isCut = allowsCut
            return
        }
        guard bytes[position] == UInt8(ascii: "\n") else { throw strayReturn }
        position += 1
        line += 1
    }

    private var strayReturn: CSVError { error("a carriage return has no line feed after it") }

    private static func ends(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n")
    }

    private func error(_ message: String) -> CSVError {
        CSVError(file: file, line: line, message: message)
    }
}
