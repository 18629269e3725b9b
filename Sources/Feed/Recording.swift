import Measurement

/// The two text files of a recording: `FILE` has the data of one item per line, `FILE.due` one due time in µs per line.
///
/// There are two files so that any text file can be replayed: a line is the item's data and nothing else. Without
/// `FILE.due` the lines are replayed at the given rate.
package struct Recording: Sendable, Equatable {
    package let lines: [[UInt8]]
    package let dues: [Int64]?
    // File name for error messages.
    private let file: String

    /// - Parameters:
    ///   - contents: Bytes of the recording; the last line end may be missing.
    ///   - dueContents: Bytes of the file of due times; `nil` without one.
    ///   - file: File name for error messages.
    /// - Throws: ``RecordingFault`` for the first error, with its line.
    package init(contents: [UInt8], dueContents: [UInt8]?, file: String) throws(RecordingFault) {
        self.file = file
        lines = Self.split(contents)
        if lines.isEmpty { throw .empty(file: file) }
        for (index, line) in lines.enumerated() {
            if let fault = ItemLine.fault(in: line) { throw .noItem(file: file, line: index + 1, fault) }
        }
        guard let dueContents else {
            dues = nil
            return
        }
        let dueFile = file + Self.dueSuffix
        let times = try Self.parseDues(dueContents, file: dueFile)
        if times.count != lines.count {
            throw .dueCountDiffers(file: dueFile, dues: times.count, lines: lines.count)
        }
        dues = times
    }

    /// A feed that replays this recording.
    ///
    /// - Parameters:
    ///   - periodMicroseconds: Gap between items if the recording has no due times.
    ///   - speed: 2 replays twice as fast as recorded; no effect on a recording without due times.
    /// - Returns: The feed, at its first item.
    /// - Throws: ``RecordingFault/dueTooLate(file:line:microseconds:speed:)`` for an item due after 100 years.
    package func replay(periodMicroseconds: Double, speed: Double) throws(RecordingFault) -> FeedReplay {
        precondition(speed > 0, "the replay speed must be positive")
        var times: [Int64] = []
        times.reserveCapacity(lines.count)
        for index in lines.indices {
            let recorded = dues.map { Double($0[index]) } ?? Double(index + 1) * periodMicroseconds
            let due = (dues == nil ? recorded : recorded / speed).rounded()
            guard due <= Double(ItemLimits.latestDueMicroseconds) else { throw tooLate(index, recorded, speed) }
            times.append(Int64(due))
        }
        return FeedReplay(lines: lines, dues: times)
    }

    private func tooLate(_ index: Int, _ recorded: Double, _ speed: Double) -> RecordingFault {
        .dueTooLate(
            file: dues == nil ? file : file + Self.dueSuffix, line: index + 1,
            microseconds: dues.map { $0[index] } ?? Int64(exactly: recorded.rounded()) ?? .max,
            speed: dues == nil ? 1 : speed)
    }

    /// The contents of `FILE.due`. Times are relative to the recording: its first item is due one mean gap after its
    /// epoch.
    ///
    /// - Parameter dues: Due times of the items, µs since the feed's epoch, never decreasing.
    /// - Returns: One line per item.
    package static func dueText(_ dues: [Int64]) -> String {
        guard let first = dues.first, let last = dues.last else { return "" }
        let gap = dues.count > 1 ? (last - first) / Int64(dues.count - 1) : 0
        return dues.map { "\($0 - first + gap)\n" }.joined()
    }

    /// Suffix of the recording's name that gives the name of its file of due times.
    package static let dueSuffix = ".due"

    private static func split(_ contents: [UInt8]) -> [[UInt8]] {
        var lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func parseDues(_ contents: [UInt8], file: String) throws(RecordingFault) -> [Int64] {
        var times: [Int64] = []
        for (index, bytes) in split(contents).enumerated() {
            let text = String(decoding: bytes, as: UTF8.self)
            // Int64 would also accept a sign.
            guard bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let time = Int64(text) else {
                throw .dueUnreadable(file: file, line: index + 1, seen: String(text.prefix(64)))
            }
            if let last = times.last, time < last { throw .dueDecreases(file: file, line: index + 1) }
            times.append(time)
        }
        return times
    }
}

/// An error in the files of a recording.
package enum RecordingFault: Error, Equatable, CustomStringConvertible {
    case empty(file: String)
    case noItem(file: String, line: Int, ItemLineFault)
    case dueUnreadable(file: String, line: Int, seen: String)
    case dueTooLate(file: String, line: Int, microseconds: Int64, speed: Double)
    case dueDecreases(file: String, line: Int)
    case dueCountDiffers(file: String, dues: Int, lines: Int)

    package var description: String {
        switch self {
        case .empty(let file): "\(file):1: the recording is empty; it needs at least one line, as each line is an item"
        case .noItem(let file, let line, let fault): "\(file):\(line): \(fault)"
        case .dueUnreadable(let file, let line, let seen):
            "\(file):\(line): due time is '\(seen)'; allowed is a whole number of microseconds, 0 or more"
        case .dueTooLate(let file, let line, let due, let speed):
            """
            \(file):\(line): due time is \(due) us, played at speed \(speed.quantityText); allowed are times up to \
            \(ItemLimits.latestDueMicroseconds) us (100 years) after the feed's start
            """
        case .dueDecreases(let file, let line):
            "\(file):\(line): due time is before the previous one; allowed are times that never decrease"
        case .dueCountDiffers(let file, let dues, let lines):
            "\(file):\(min(dues, lines) + 1): there are \(dues) due times for \(lines) lines; each line needs one"
        }
    }
}
