import NIOCore
import Testing

@testable import Feed

@Suite("Recordings")
struct RecordingTests {
    @Test(
        "each line is an item's data, and the last line end may be missing",
        arguments: [
            ("a\nb\n", ["a", "b"]), ("a\nb", ["a", "b"]), ("\n", [""]), ("a\n\nb\n", ["a", "", "b"]),
            ("a\r\n", ["a\r"]),
        ])
    func lines(contents: String, lines: [String]) throws {
        let recording = try read(contents)
        #expect(recording.lines == lines.map { Array($0.utf8) })
        #expect(recording.dues == nil)
    }

    @Test("due times come from the second file")
    func dues() throws {
        #expect(try read("a\nb\nc\n", dues: "0\n5\n5\n").dues == [0, 5, 5])
    }

    static let faults: [(contents: String, dues: String?, sentence: String)] = [
        ("", nil, "feed.txt:1: the recording is empty; it needs at least one line, as each line is an item"),
        ("a\nb\n", "1\n", "feed.txt.due:2: there are 1 due times for 2 lines; each line needs one"),
        ("a\nb\n", "1\n2\n3\n4\n", "feed.txt.due:3: there are 4 due times for 2 lines; each line needs one"),
        ("a\n", "", "feed.txt.due:1: there are 0 due times for 1 lines; each line needs one"),
        ("a\nb\n", "1\nx\n", dueSentence(2, "x")),
        ("a\nb\n", "1\n\n", dueSentence(2, "")),
        ("a\nb\n", "-1\n2\n", dueSentence(1, "-1")),
        ("a\nb\n", "1\n+2\n", dueSentence(2, "+2")),
        ("a\nb\n", "1\n2.5\n", dueSentence(2, "2.5")),
        ("a\nb\n", "1 \n2\n", dueSentence(1, "1 ")),
        ("a\n", "9223372036854775808\n", dueSentence(1, "9223372036854775808")),
        (
            "a\nb\nc\n", "1\n3\n2\n",
            "feed.txt.due:3: due time is before the previous one; allowed are times that never decrease"
        ),
    ]

    @Test("an error names its file and line", arguments: faults)
    func fault(contents: String, dues: String?, sentence: String) {
        #expect(message(contents, dues: dues) == sentence)
    }

    @Test(
        "a line that is not UTF-8 is rejected, with the position of its first invalid byte",
        arguments: [
            ([0x63, 0x61, 0x66, 0xe9], 4), ([0xff, 0xfe, 0xfa], 1), ([0x61, 0xed, 0xa0, 0x80], 2),
            ([0xc3], 1), ([0xc0, 0x80], 1), ([0xf4, 0x90, 0x80, 0x80], 1), ([0xc3, 0xa9, 0xe9], 3),
        ] as [([UInt8], Int)])
    func notUTF8(line: [UInt8], position: Int) throws {
        let contents = Array("ok\n".utf8) + line + Array("\nok\n".utf8)
        #expect(throws: RecordingFault.noItem(file: "feed.txt", line: 2, .notUTF8(position: position))) {
            try Recording(contents: contents, dueContents: nil, file: "feed.txt")
        }
        let fault = RecordingFault.noItem(file: "feed.txt", line: 2, .notUTF8(position: position))
        #expect(
            fault.description == "feed.txt:2: the line is not UTF-8 (byte \(position)); an item is UTF-8 text")
    }

    @Test(
        "a due time after 100 years is rejected, whether recorded or caused by the speed",
        arguments: [
            ("9223372036854775807\n", 1.0), ("9223372036854775\n", 1), ("9300000000000000\n", 2),
            ("9223372036854775807\n", 1e-300), ("1\n", 1e-300), ("1000\n", 1e-21), ("3153600000000001\n", 1),
            ("3153600000001\n", 0.001),
        ])
    func tooLate(dues: String, speed: Double) throws {
        let recording = try read("a\n", dues: dues)
        do throws(RecordingFault) {
            _ = try recording.replay(periodMicroseconds: 1, speed: speed)
            Issue.record("the due time was accepted")
        } catch {
            let seen = dues.dropLast()
            #expect(error.description.hasPrefix("feed.txt.due:1: due time is \(seen) us, played at speed "))
            #expect(error.description.hasSuffix("up to 3153600000000000 us (100 years) after the feed's start"))
        }
    }

    @Test("the latest allowed due time is accepted")
    func lastAllowed() throws {
        let replay = try read("a\n", dues: "3153600000000000\n").replay(periodMicroseconds: 1, speed: 1)
        #expect(replay.lastDue == ItemLimits.latestDueMicroseconds)
        #expect(ItemLimits.latestDueMicroseconds < Int64.max / 1_000 / 2)
    }

    @Test("due times of a recording without times, at a slow rate, have the same limit")
    func tooSlow() throws {
        #expect(throws: RecordingFault.dueTooLate(file: "feed.txt", line: 2, microseconds: 4 << 50, speed: 1)) {
            try read("a\nb\n").replay(periodMicroseconds: Double(2 << 50), speed: 5)
        }
    }

    @Test("a line above 1 MiB is rejected, a line of 1 MiB is not")
    func longestLine() throws {
        let longest = String(repeating: "x", count: ItemLine.maximumBytes)
        #expect(try read("a\n\(longest)\n").lines[1].count == 1 << 20)
        let sentence = "feed.txt:2: the line has 1048577 B; allowed up to 1048576 B"
        #expect(message("a\n\(longest)x\n") == sentence)
    }

    @Test(
        "speed divides the recorded times",
        arguments: [(1, [1_000, 3_000]), (2, [500, 1_500]), (0.5, [2_000, 6_000]), (3, [333, 1_000])]
            as [(Double, [Int64])])
    func speed(speed: Double, dues: [Int64]) throws {
        var replay = try read("a\nb\n", dues: "1000\n3000\n").replay(periodMicroseconds: 7, speed: speed)
        #expect(replay.count == 2)
        #expect(replay.lastDue == dues[1])
        #expect([replay.next(), replay.next()].map { $0?.dueMicroseconds } == dues)
        #expect(replay.next() == nil)
    }

    @Test("a recording without times is replayed at the given rate, whatever the speed")
    func rate() throws {
        var replay = try read("a\nb\nc\n").replay(periodMicroseconds: 333.4, speed: 5)
        let items = (0..<3).compactMap { _ in replay.next() }
        #expect(items.map(\.dueMicroseconds) == [333, 667, 1_000])
        #expect(items.map { String(buffer: $0.text) } == ["1,99,a", "2,ij,b", "3,rs,c"])
    }

    private static func dueSentence(_ line: Int, _ seen: String) -> String {
        "feed.txt.due:\(line): due time is '\(seen)'; allowed is a whole number of microseconds, 0 or more"
    }

    private func read(_ contents: String, dues: String? = nil) throws(RecordingFault) -> Recording {
        try Recording(contents: Array(contents.utf8), dueContents: dues.map { Array($0.utf8) }, file: "feed.txt")
    }

    private func message(_ contents: String, dues: String? = nil) -> String? {
        do throws(RecordingFault) {
            _ = try read(contents, dues: dues)
            return nil
        } catch {
            return error.description
        }
    }
}
