// `stdout` is a variable to the importer; nothing here ever sets it.
@preconcurrency import Glibc

/// What became of everything that was printed.
enum StandardOutputEnd {
    /// Writes what is still buffered.
    ///
    /// - Returns: Why it, or something before it, could not be written; `nil` if all of it was.
    static func fault() -> String? {
        errno = 0
        let isFlushed = fflush(stdout) == 0
        if isFlushed, ferror(stdout) == 0 { return nil }
        // What failed before the last write has left no number.
        return errno == 0 ? "it could not be written" : String(cString: strerror(errno))
    }
}
