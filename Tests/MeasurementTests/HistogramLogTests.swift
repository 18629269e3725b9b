import Histogram
import Testing

@testable import Measurement

@Suite("HdrHistogram logs, format 1.3")
struct HistogramLogTests {
    /// Written by hdrhistogram 0.10.8 for Python: HdrHistogram(1, 3600000000, 3) with 0, 1, 1, 2047, 2048, 2049,
    /// 1000000, 1000000 and 3600000000, `.encode()`.
    static let pythonHistogram = "HISTFAAAAC54nJNpmSzMwMDAxwABzFCaEURcm7yEwf4DRICJ5ac8E8v+PkaWxXsYmQCvDwht"

    @Test("a histogram of a third-party writer is read")
    func thirdPartyWriter() throws {
        let log = try HistogramLog(parsing: "Tag=A,0.127,1.007,2.769,\(Self.pythonHistogram)\n")
        let interval = try #require(log.intervals.first)
        #expect(interval.tag == "A")
        #expect(interval.start == .milliseconds(127))
        #expect(interval.length == .milliseconds(1_007))
        #expect(interval.histogram.count == 9)
        #expect(interval.histogram.percentile(0) == 0)
        #expect(interval.histogram.percentile(50) == 2_049)
    }

    @Test("a written log is read back equal, exact totals included")
    func roundTrip() throws {
        let log = Self.sample
        #expect(try HistogramLog(parsing: log.text) == log)
    }

    @Test("without the comment the totals are estimated")
    func withoutComment() throws {
        let lines = Self.sample.text.split(separator: "\n").filter { !$0.hasPrefix("#[Exact") }
        let log = try HistogramLog(parsing: lines.joined(separator: "\n"))
        let original = Self.sample.intervals[0].histogram
        let read = log.intervals[0].histogram
        #expect(read.count == original.count)
        let mean = try #require(read.mean)
        #expect(abs(mean / (original.mean ?? 0) - 1) < 0.0005)
    }

    @Test("totals that do not match the counts are ignored")
    func mixedUp() throws {
        let text = Self.sample.text.replacing("min=1 ", with: "min=5 ")
        let log = try HistogramLog(parsing: text)
        #expect(log.intervals[0].histogram.min == 1)
    }

    @Test("the text has the format's lines")
    func lines() {
        let lines = Self.sample.text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "#[Histogram log format version 1.3]")
        #expect(lines[2] == "#[StartTime: 1700000000.005 (seconds since epoch)]")
        #expect(lines[4] == #""StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram""#)
        #expect(lines[5] == "#[Exact microseconds: sum=500500 min=1 max=1000 overflow=0 negative=0]")
        #expect(lines[6].hasPrefix("Tag=long-poll,0.000,10.250,1.000,HISTFAAAA"))
        #expect(lines[8].hasPrefix("10.250,1.000,3600000.001,HISTFAAAA"))
    }

    static let unreadable: [(String, HistogramLogError)] = [
        ("nonsense", .malformedLine(1)),
        ("# fine\n0,1,2", .malformedLine(2)),
        ("0,1,2,*", .unreadablePayload(line: 1, .notBase64)),
        ("0,1,2,AAAA", .unreadablePayload(line: 1, .notACompressedHistogram)),
        ("0,1,2,HISTFAAAAAA=", .unreadablePayload(line: 1, .corruptCompression)),
        ("0,1,2,HISTFAAAAARBQUFB", .unreadablePayload(line: 1, .corruptCompression)),
        ("-1,1,2,\(pythonHistogram)", .malformedLine(1)),
        ("Tag=,0,1,2,\(pythonHistogram)", .malformedLine(1)),
    ]

    @Test("an invalid line is refused with its number", arguments: unreadable)
    func refused(text: String, error: HistogramLogError) {
        #expect(throws: error) { try HistogramLog(parsing: text) }
    }

    @Test("corrupt bytes do not trap", arguments: 0..<100 as Range<UInt64>)
    func corruption(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Self.sample.text.utf8)
        for _ in 0..<3 { bytes[Int(generator.uniform(below: UInt64(bytes.count)))] = UInt8(generator.next() & 0x7f) }
        _ = try? HistogramLog(parsing: String(decoding: bytes, as: UTF8.self))
    }

    @Test("corrupt bytes before compression do not trap", arguments: 0..<300 as Range<UInt64>)
    func corruptionInside(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let histogram = Self.sample.intervals[1].histogram
        var bytes = HistogramPayload.encodePlain(histogram)
        for _ in 0..<(1 + generator.uniform(below: 12)) {
            // The header has 40 bytes; most changes should be in the counts.
            let place = generator.uniform(below: 4) == 0 ? 0 : 40
            bytes[place + Int(generator.uniform(below: UInt64(bytes.count - place)))] = UInt8(generator.next() & 0xff)
        }
        let exact = generator.uniform(below: 2) == 0 ? nil : histogram.exact
        guard let read = try? HistogramPayload.decodePlain(bytes, exact: exact) else { return }
        #expect(read.isEmpty || read.percentile(50) != nil)
    }

    @Test("histograms with other settings are refused")
    func settings() {
        var bytes = HistogramPayload.encodePlain(LatencyHistogram())
        bytes[15] = 2
        #expect(throws: HistogramPayloadError.unsupportedSettings(significantDigits: 2, lowest: 1)) {
            try HistogramPayload.decodePlain(bytes, exact: nil)
        }
    }

    static let sample: HistogramLog = {
        var plain = LatencyHistogram()
        for value in 1...1_000 { plain.record(microseconds: Int64(value)) }
        var extreme = LatencyHistogram()
        for value in [-3, 0, 2_048, 999_999, LatencyHistogram.highestTrackable + 1] {
            extreme.record(microseconds: value)
        }
        return HistogramLog(
            startTime: .milliseconds(1_700_000_000_005),
            intervals: [
                .init(tag: "long-poll", start: .zero, length: .milliseconds(10_250), histogram: plain),
                .init(start: .milliseconds(10_250), length: .seconds(1), histogram: extreme),
                .init(tag: "empty", start: .seconds(12), length: .seconds(1), histogram: LatencyHistogram()),
            ])
    }()
}

@Suite("Parts of the V2 encoding")
struct HistogramEncodingTests {
    @Test(
        "ZigZag LEB128 by value",
        arguments: [
            (0, [0x00]), (-1, [0x01]), (1, [0x02]), (63, [0x7e]), (64, [0x80, 0x01]), (-64, [0x7f]),
            (-65, [0x81, 0x01]),
            (Int64.max, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            (Int64.min, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        ] as [(Int64, [UInt8])]
    )
    func zigZag(value: Int64, bytes: [UInt8]) {
        var written: [UInt8] = []
        ZigZag.append(value, to: &written)
        #expect(written == bytes)
        var unread = bytes[...]
        #expect(ZigZag.take(from: &unread) == value)
        #expect(unread.isEmpty)
    }

    @Test("a truncated integer is refused", arguments: [[], [0x80], [0xff, 0xff]] as [[UInt8]])
    func cut(bytes: [UInt8]) {
        var unread = bytes[...]
        #expect(ZigZag.take(from: &unread) == nil)
    }

    @Test(
        "buckets are the same as in the package",
        arguments: [0, 1, 2_047, 2_048, 2_049, 2_050, 4_095, 4_096, 123_456_789, 3_600_000_000] as [Int64]
    )
    func layout(value: Int64) {
        let bucket = BucketLayout.bucket(of: value)
        let range = LatencyHistogram().buckets.equivalentRangeForValue(UInt64(value))
        #expect(BucketLayout.lowestValue(ofBucket: bucket) == Int64(range.lowerBound))
        #expect(BucketLayout.highestValue(ofBucket: bucket) == Int64(range.upperBound))
    }

    @Test("buckets follow each other without gaps up to the last")
    func neighbours() {
        for bucket in 0..<BucketLayout.last {
            let highest = BucketLayout.highestValue(ofBucket: bucket)
            #expect(BucketLayout.bucket(of: highest) == bucket)
            #expect(BucketLayout.bucket(of: highest + 1) == bucket + 1)
        }
    }
}
