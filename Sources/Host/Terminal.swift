import Glibc

/// How wide text may be.
package enum Terminal {
    /// Where nobody says how wide it is: a file, a pipe, a terminal that does not tell.
    package static let usualColumns = 80

    /// Columns of the terminal behind a descriptor, now; it may be resized at any time.
    ///
    /// - Returns: `nil` if there is no terminal, or it does not tell.
    package static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
