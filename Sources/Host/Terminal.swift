import Glibc

/// The width of the terminal.
package enum Terminal {
    /// The width for a file, a pipe, or a terminal that does not report it.
    package static let defaultColumns = 80

    /// The current width of the terminal behind a descriptor; it may be resized at any time.
    ///
    /// - Returns: `nil` if it is not a terminal, or does not report its width.
    package static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
