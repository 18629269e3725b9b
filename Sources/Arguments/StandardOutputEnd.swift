// Glibc declares `stdout` as a variable; the programs never set it.
@preconcurrency import Glibc

/// Whether everything that was printed reached standard output.
enum StandardOutputEnd {
    /// Writes what is still buffered.
    ///
    /// - Returns: The reason if this or an earlier write failed, else `nil`.
    static func fault() -> String? {
        errno = 0
        let isFlushed = fflush(stdout) == 0
        if isFlushed, ferror(stdout) == 0 { return nil }
        // An earlier failure leaves no error number.
        return errno == 0 ? "it could not be written" : String(cString: strerror(errno))
    }
}
