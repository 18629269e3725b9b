/// The two files of a recording, as text: `FILE` holds an item's data a line, `FILE.due` its due time in µs a line.
///
/// Two files, because a line of the recording is the item's data and nothing else: any file of lines can be replayed.
/// Without `FILE.due` the lines are played at the given rate.
package struct Recording: Sendable, Equatable {
    package enum Fault: Error, Equatable, CustomStringConvertible {
        case empty(file: String)
        case oversizedLine(file: String, line: Int, bytes: Int)
        case dueUnreadable(file: String, line: Int, seen: String)
        case dueDecreases(file: String, line: Int)
        case dueCountDiffers(file: String, dues: Int, lines: Int)

        package var description: String {
            switch self {
            case .empty(let file): "\(file):1: the recording is empty; a line is an item"
            case .oversizedLine(let file, let line, let bytes):
                "\(file):\(line): the line has \(bytes) B; allowed up to \(maximumLineBytes) B"
            case .dueUnreadable(let file, let line, let seen):
                "\(file):\(line): due time is '\(seen)'; allowed is a whole number of microseconds, 0 or more"
            case .dueDecreases(let file, let line):
                "\(file):\(line): due time is before the previous one; allowed are times that never decrease"
            case .dueCountDiffers(let file, let dues, let lines):
                "\(file):\(min(dues, lines) + 1): there are \(dues) due times for \(lines) lines; there must be one for each"
            }
        }
    }

    /// Longest line that is an item: 1 MiB.
    package static let maximumLineBytes = 1 << 20

    package let lines: [[UInt8]]
    package let dues: [Int64]?

    /// - Parameters:
    ///   - contents: Bytes of the recording; a missing last line end is forgiven.
    ///   - dueContents: Bytes of the due times, if there are any.
    ///   - file: Name for messages.
    /// - Throws: ``Fault`` for the first mistake, with its line.
    package init(contents: [UInt8], dueContents: [UInt8]?, file: String) throws(Fault) {
        lines = Self.split(contents)
        if lines.isEmpty { throw .empty(file: file) }
        if let index = lines.firstIndex(where: { $0.count > Self.maximumLineBytes }) {
            throw .oversizedLine(file: file, line: index + 1, bytes: lines[index].count)
        }
        guard let dueContents else {
            dues = nil
            return
        }
        let dueFile = file + ".due"
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
    package func replay(periodMicroseconds: Double, speed: Double) -> FeedReplay {
        let times = dues ?? lines.indices.map { Int64((Double($0 + 1) * periodMicroseconds).rounded()) }
        return FeedReplay(lines: lines, dues: times, speed: dues == nil ? 1 : speed)
    }

    private static func split(_ contents: [UInt8]) -> [[UInt8]] {
        var lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func parseDues(_ contents: [UInt8], file: String) throws(Fault) -> [Int64] {
        var times: [Int64] = []
        for (index, bytes) in split(contents).enumerated() {
            let text = String(decoding: bytes, as: UTF8.self)
            // Int64 would read a sign too.
            guard bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let time = Int64(text) else {
                throw .dueUnreadable(file: file, line: index + 1, seen: text)
            }
            if let last = times.last, time < last { throw .dueDecreases(file: file, line: index + 1) }
            times.append(time)
        }
        return times
    }
}
