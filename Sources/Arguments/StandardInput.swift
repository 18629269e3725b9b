import Glibc

/// Standard input, read in chunks, so that a long line is never held as a whole.
package enum StandardInput {
    /// Waits for bytes.
    ///
    /// - Returns: The bytes within `buffer`; `nil` at the end of the input or after an error.
    package static func read(into buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        while true {
            let count = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// Reads one line and no byte after it.
    ///
    /// - Parameter limit: Longest line, in bytes.
    /// - Returns: The line without its end; `nil` without a line, or for a longer one.
    package static func readLine(upTo limit: Int) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count <= limit + 1, withUnsafeMutableBytes(of: &byte, { read(into: $0) != nil }) {
            if byte == 0x0a { return String(decoding: line.last == 0x0d ? line.dropLast() : line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty || line.count > limit ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Discards input until it ends.
    static func waitForEnd() {
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            while read(into: buffer) != nil {}
        }
    }
}
