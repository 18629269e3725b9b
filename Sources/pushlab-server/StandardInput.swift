import Glibc

/// Standard input, read in pieces: a line of any length is never held.
enum StandardInput {
    /// Waits for bytes.
    ///
    /// - Returns: What was read, within `buffer`; `nil` at the end of the input, or when it cannot be read.
    static func read(into buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        while true {
            let count = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// Waits for the end of the input; what comes before it is thrown away.
    static func waitForEnd() {
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            while read(into: buffer) != nil {}
        }
    }
}
