/// The output of `curl -v`, which marks what was sent with `>` and what was received with `<`.
package enum CurlTrace {
    /// The HTTP messages alone: without marks and without the lines about the connection. A body has no marks.
    ///
    /// - Returns: The text itself if it is not such an output.
    package static func messages(in text: [UInt8]) -> [UInt8] {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isTrace = lines.contains { isMarked($0, "> ") } && !lines.prefix(1).contains { isRequestLine($0) }
        guard isTrace else { return text }
        var kept: [ArraySlice<UInt8>] = []
        for line in lines {
            if isMarked(line, "> ") || isMarked(line, "< ") {
                kept.append(line.dropFirst(2))
            } else if isEnd(line) {
                kept.append(line.dropFirst(1))
            } else if !isMarked(line, "* "), !isMarked(line, "{ "), !isMarked(line, "} "), !kept.isEmpty {
                kept.append(line)
            }
        }
        return Array(kept.joined(separator: [UInt8(ascii: "\n")]))
    }

    private static func isMarked(_ line: ArraySlice<UInt8>, _ mark: String) -> Bool { line.starts(with: mark.utf8) }

    // The empty line at the end of the header fields.
    private static func isEnd(_ line: ArraySlice<UInt8>) -> Bool {
        ["<", ">", "<\r", ">\r"].contains { $0.utf8.elementsEqual(line) }
    }

    private static func isRequestLine(_ line: ArraySlice<UInt8>) -> Bool {
        line.first.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") } ?? false
    }
}
