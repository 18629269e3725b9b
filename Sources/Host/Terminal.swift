import Glibc

/// The terminal: its size, and what it can show.
package enum Terminal {
    /// Whether to print colours on it: not if the user set NO_COLOR (no-color.org).
    package static var hasColours: Bool { (getenv("NO_COLOR").map { $0.pointee != 0 } ?? false) == false }

    /// Writes what is still in the buffer of standard output.
    ///
    /// - Returns: False if it cannot be written, for example because the reader of a pipe has ended.
    package static func flush() -> Bool { fflush(nil) == 0 }

    /// The width for a file, a pipe, or a terminal that does not report it.
    package static let defaultColumns = 80

    /// The current width of the terminal behind a descriptor; it may be resized at any time.
    ///
    /// - Returns: `nil` if it is not a terminal, or does not report its width.
    package static func columns(of descriptor: Int32) -> Int? {
        size(of: descriptor)?.columns
    }

    /// The current size of the terminal behind a descriptor.
    ///
    /// - Returns: `nil` if it is not a terminal, or does not report its size; the number of rows can be 0.
    package static func size(of descriptor: Int32) -> TerminalSize? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
}

package struct TerminalSize: Sendable, Hashable {
    package let columns: Int
    package let rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}
