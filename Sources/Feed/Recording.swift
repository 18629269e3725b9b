import Measurement

/// The two files of a recording, as text: `FILE` holds an item's data a line, `FILE.due` its due time in µs a line.
///
/// Two files, because a line of the recording is the item's data and nothing else: any file of lines can be replayed.
/// Without `FILE.due` the lines are played at the given rate.
package struct Recording: Sendable, Equatable {
    package let lines: [[UInt8]]
    package let dues: [Int64]?
    // Name for messages.
    private let file: String

    /// - Parameters:
    ///   - contents: Bytes of the recording; a missing last line end is forgiven.
    ///   - dueContents: Bytes of the due times, if there are any.
    ///   - file: Name for messages.
    /// - Throws: ``RecordingFault`` for the first mistake, with its line.
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

    /// The feed that plays this recording.
    ///
    /// - Parameters:
    ///   - periodMicroseconds: Gap between items when the recording has no times of its own.
    ///   - speed: 2 plays twice as fast as it was recorded; without effect on a recording without times.
    /// - Returns: The feed, at its first item.
    /// - Throws: ``RecordingFault/dueTooLate(file:line:microseconds:speed:)`` for an item that would be due after a century.
    package func replay(periodMicroseconds: Double, speed: Double) throws(RecordingFault) -> FeedReplay {
        precondition(speed > 0, "a recording is played forwards")
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

    /// The due times as `FILE.due` holds them. They begin with the recording: its first item is due one mean gap after
    /// its epoch.
    ///
    /// - Parameter dues: Due times of the items, µs since the feed's epoch, never decreasing.
    /// - Returns: A line each.
    package static func dueText(_ dues: [Int64]) -> String {
        guard let first = dues.first, let last = dues.last else { return "" }
        let gap = dues.count > 1 ? (last - first) / Int64(dues.count - 1) : 0
        return dues.map { "\($0 - first + gap)\n" }.joined()
    }

    /// What stands behind the recording's name in the name of the file of due times.
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
            // Int64 would read a sign too.
            guard bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let time = Int64(text) else {
                throw .dueUnreadable(file: file, line: index + 1, seen: String(text.prefix(64)))
            }
            if let last = times.last, time < last { throw .dueDecreases(file: file, line: index + 1) }
            times.append(time)
        }
        return times
    }
}

/// What is wrong with the files of a recording.
package enum RecordingFault: Error, Equatable, CustomStringConvertible {
    case empty(file: String)
    case noItem(file: String, line: Int, ItemLineFault)
    case dueUnreadable(file: String, line: Int, seen: String)
    case dueTooLate(file: String, line: Int, microseconds: Int64, speed: Double)
    case dueDecreases(file: String, line: Int)
    case dueCountDiffers(file: String, dues: Int, lines: Int)

    package var description: String {
        switch self {
        case .empty(let file): "\(file):1: the recording is empty; a line is an item"
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
            "\(file):\(min(dues, lines) + 1): there are \(dues) due times for \(lines) lines; there must be one for each"
        }
    }
}
