import Glibc

/// Standard input, read in chunks, so that a long line is never held as a whole.
enum StandardInput {
    /// Waits for bytes.
    ///
    /// - Returns: The bytes within `buffer`; `nil` at the end of the input or after an error.
    static func read(into buffer: UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer? {
        while true {
            let count = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
            if count > 0 { return UnsafeRawBufferPointer(rebasing: buffer[..<count]) }
            if count == 0 || errno != EINTR { return nil }
        }
    }

    /// Discards input until it ends.
    static func waitForEnd() {
        withUnsafeTemporaryAllocation(byteCount: 4_096, alignment: 1) { buffer in
            while read(into: buffer) != nil {}
        }
    }
}
