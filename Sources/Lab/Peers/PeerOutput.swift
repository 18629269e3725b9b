import Subprocess
import Synchronization

/// What a program prints, while it runs: its last lines, and whether a line says that it is ready.
final class PeerOutput: Sendable {
    private struct State {
        var errors = LastLines()
        var output = LastLines()
        var matchingLine: String?
    }

    // Guards what two tasks read, one per stream.
    private let state = Mutex(State())
    private let pattern: String?

    /// - Parameter rule: The line to look for.
    init(_ rule: PeerProgram.ReadyRule) {
        if case .line(let pattern) = rule { self.pattern = pattern } else { pattern = nil }
    }

    /// The first line that has matched; `nil` if none has.
    var matchingLine: String? { state.withLock { $0.matchingLine } }

    /// The reason of its end, as far as its last lines have one.
    var complaint: String {
        state.withLock { $0.errors.complaint ?? $0.output.complaint ?? "" }
    }

    /// Reads a stream until it ends. A program that prints more than a pipe holds waits until it is read.
    ///
    /// - Parameters:
    ///   - stream: Standard output or standard error.
    ///   - isError: Whether it is standard error.
    func read(_ stream: SubprocessOutputSequence, isError: Bool) async {
        let regex = pattern.flatMap { try? Regex($0) }
        var cutter = OutputCutter()
        func note(_ lines: [String]) {
            let match = lines.first { line in regex.map { line.contains($0) } ?? false }
            state.withLock { state in
                state.matchingLine = state.matchingLine ?? match
                if isError { state.errors.add(lines) } else { state.output.add(lines) }
            }
        }
        do {
            for try await buffer in stream { note(buffer.withUnsafeBytes { cutter.take($0) }) }
        } catch {
            // The stream of a program that was killed.
        }
        note(cutter.finish())
    }
}

/// Cuts output into lines. Of a long line only the beginning is kept.
struct OutputCutter {
    static let longestLine = 4_096

    private var line: [UInt8] = []

    mutating func take(_ bytes: UnsafeRawBufferPointer) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines += finish()
            } else if line.count < Self.longestLine {
                line.append(byte)
            }
        }
        return lines
    }

    /// - Returns: The last line, if it is not empty.
    mutating func finish() -> [String] {
        defer { line.removeAll(keepingCapacity: true) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line.isEmpty ? [] : [String(decoding: line, as: UTF8.self)]
    }
}

/// The last lines that a program printed.
struct LastLines {
    private static let most = 50

    private var lines: [String] = []

    mutating func add(_ further: [String]) {
        lines = Array((lines + further).suffix(Self.most))
    }

    /// The last line that names an error; without one, the last line.
    var complaint: String? {
        let line = lines.last { line in Self.words.contains { line.lowercased().contains($0) } }
        return (line ?? lines.last).map(\.printableText)
    }

    private static let words = ["error", "exception"]
}

extension String {
    /// Without spaces and tabs around it, and without control characters.
    var printableText: String {
        let text = filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\t" } }
        let start = text.drop { $0 == " " || $0 == "\t" }
        guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(start[...end])
    }
}
