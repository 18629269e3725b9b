import Foundation
import Glibc
import Synchronization

/// The whole screen of a terminal: draws lines in place and reads single keys. ``end()`` restores the terminal.
///
/// It uses the terminal's second screen (ECMA-48, xterm's mode 1049), so the text above the command stays.
package final class TerminalScreen: Sendable {
    private let earlier: termios
    // Guards the size of the last drawing.
    private let drawn = Mutex(TerminalSize(columns: 0, rows: 0))
    /// Keys in the order in which they were pressed.
    package let keys: AsyncStream<UInt8>

    /// Takes over the terminal.
    ///
    /// - Returns: `nil` unless standard input and output are a terminal that can move its cursor.
    package init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let kind = environment["TERM"] ?? ""
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, !kind.isEmpty, kind != "dumb" else { return nil }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        earlier = settings
        // Ctrl-C is a key then, so the terminal is restored before the program ends.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        guard tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0 else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: UInt8.self)
        keys = stream
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 1 { continuation.yield(byte) } else if count == 0 || errno != EINTR { break }
            }
            continuation.finish()
        }
        Self.write("\u{1b}[?1049h\u{1b}[?25l")
    }

    package var size: TerminalSize {
        Terminal.size(of: STDOUT_FILENO) ?? TerminalSize(columns: Terminal.defaultColumns, rows: 24)
    }

    /// Replaces what is on the screen.
    ///
    /// - Parameter lines: Not more than the screen has rows, and none wider than the screen.
    package func show(_ lines: [String]) {
        let size = size
        let isResized = drawn.withLock { earlier in
            defer { earlier = size }
            return earlier != size
        }
        // Erased before it is written: after a line of full width the cursor is still on its last character.
        let rows = lines.map { "\u{1b}[K" + $0 }.joined(separator: "\r\n")
        let rest = lines.count < size.rows ? "\r\n\u{1b}[J" : ""
        Self.write((isResized ? "\u{1b}[2J" : "") + "\u{1b}[H" + rows + rest)
    }

    /// Restores the terminal.
    package func end() {
        Self.write("\u{1b}[?25h\u{1b}[?1049l")
        var settings = earlier
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    private static func write(_ text: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    }
}
