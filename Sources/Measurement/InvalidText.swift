/// Where a file is not text.
package enum InvalidText {
    /// - Returns: The line, from 1, with the first byte that is not UTF-8; `nil` if all bytes are.
    package static func line(in bytes: [UInt8]) -> Int? {
        if String(validating: bytes, as: UTF8.self) != nil { return nil }
        // No character of several bytes contains a line feed.
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }.map { $0 + 1 }
    }
}
