import Measurement
import NIOCore
import Testing

@testable import Feed

@Suite("Items as entries of a stream")
struct StreamEntryTests {
    private static func bytes(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    @Test("a text item is an entry with due and data")
    func text() throws {
        let item = FeedItem(sequence: 42, dueMicroseconds: 1_000_000, data: "ab,c".utf8)
        #expect(StreamEntry.id(of: 42) == "42-0")
        #expect(StreamEntry.fields(of: item) == Self.bytes("due", "1000000", "data", "ab,c"))
        let read = try StreamEntry.item(id: Array("42-0".utf8), fields: StreamEntry.fields(of: item))
        #expect(read == item)
        #expect(String(buffer: read.text) == "16,lfls,ab,c")
    }

    @Test("every kind of synthetic item comes back equal", arguments: ItemContent.allCases)
    func contents(content: ItemContent) throws {
        var feed = FeedGenerator(
            payloadBytes: 64, period: .milliseconds(1), arrivals: .poisson, content: content, seed: 7)
        for _ in 0..<200 {
            let item = feed.next()
            let id = Array(StreamEntry.id(of: item.sequence).utf8)
            let read = try StreamEntry.item(id: id, fields: StreamEntry.fields(of: item))
            #expect(read == item)
            #expect(read.bytes == item.bytes)
            #expect(read.hasBinaryData == (content == .random))
        }
    }

    @Test("the order of the fields does not matter, and data may be empty")
    func order() throws {
        let read = try StreamEntry.item(id: Array("1-0".utf8), fields: Self.bytes("data", "", "due", "0"))
        #expect(read == FeedItem(sequence: 1, dueMicroseconds: 0, data: []))
    }

    @Test(
        "an id must be SEQUENCE-0",
        arguments: ["", "1", "1-", "-0", "1-1", "0-0", "+1-0", "1-0-0", "281474976710657-0", "18446744073709551616-0"])
    func ids(id: String) {
        #expect(throws: StreamEntryFault.id) {
            try StreamEntry.item(id: Array(id.utf8), fields: Self.bytes("due", "0", "data", "x"))
        }
    }

    @Test("the highest sequence and the latest due time are allowed")
    func highest() throws {
        let due = "\(ItemLimits.latestDueMicroseconds)"
        let id = Array("281474976710656-0".utf8)
        let read = try StreamEntry.item(id: id, fields: Self.bytes("due", due, "data", "x"))
        #expect(read.sequence == 1 << 48)
    }

    @Test(
        "fields must be due, and data or binary",
        arguments: [
            ([], .fields), (["due", "0"], .fields), (["due", "0", "data"], .fields),
            (["due", "0", "due", "0"], .fields), (["due", "0", "Data", "x"], .fields),
            (["data", "x", "binary", "x"], .fields), (["due", "0", "data", "x", "more", "x"], .fields),
            (["due", "", "data", "x"], .due), (["due", "-1", "data", "x"], .due), (["due", "1.5", "data", "x"], .due),
            (["due", "3153600000000001", "data", "x"], .due), (["due", "18446744073709551615", "data", "x"], .due),
            (["due", "0", "data", "a\nb"], .lineFeed),
            (
                ["due", "0", "data", String(repeating: "x", count: 1_048_577)],
                .line(.oversized(bytes: 1_048_577))
            ),
            (
                ["due", "0", "binary", String(repeating: "x", count: 1_048_577)],
                .line(.oversized(bytes: 1_048_577))
            ),
        ] as [([String], StreamEntryFault)])
    func fields(fields: [String], fault: StreamEntryFault) {
        #expect(throws: fault) {
            try StreamEntry.item(id: Array("1-0".utf8), fields: fields.map { Array($0.utf8) })
        }
    }

    @Test("data that are not UTF-8 are refused, binary data are not")
    func invalid() throws {
        let bytes: [UInt8] = [0x61, 0xff]
        let due = Self.bytes("due", "0")
        #expect(throws: StreamEntryFault.line(.notUTF8(position: 2))) {
            try StreamEntry.item(id: Array("1-0".utf8), fields: due + [Array("data".utf8), bytes])
        }
        let read = try StreamEntry.item(id: Array("1-0".utf8), fields: due + [Array("binary".utf8), bytes])
        #expect(String(buffer: read.text) == "1,0,Yf8=")
        #expect(Array(read.bytes.readableBytesView) == Array("1,0,".utf8) + bytes)
    }
}

@Suite("The epoch of a stream")
struct StreamEpochTests {
    private let epoch = StreamEpoch(
        monotonic: MonotonicInstant(nanoseconds: 5_000), unixNanoseconds: 1_000_000, boot: "b-1")

    @Test("its text is read again")
    func text() {
        #expect(epoch.text == "5000 1000000 b-1")
        #expect(StreamEpoch(epoch.text) == epoch)
        let unknown = StreamEpoch(monotonic: MonotonicInstant(nanoseconds: 0), unixNanoseconds: 0, boot: nil)
        #expect(StreamEpoch(unknown.text) == unknown)
    }

    @Test(
        "other texts are not an epoch",
        arguments: [
            "", "1 2", "1 2 b 3", "1 2 ", " 1 2 b", "-1 2 b", "+1 2 b", "1 x b", "1 2 \u{e9}", "1\n2 3 b",
            "2305843009213693953 0 b", "0 4611686018427387905 b", "99999999999999999999 0 b",
            "1 2 \(String(repeating: "b", count: 65))",
        ])
    func refused(text: String) {
        #expect(StreamEpoch(text) == nil)
    }

    @Test("on the same boot the monotonic clock counts, whatever the time of day is")
    func sameBoot() {
        let now = MonotonicInstant(nanoseconds: 9_000)
        #expect(epoch.instant(boot: "b-1", now: now, unixNow: 77)?.nanoseconds == 5_000)
    }

    @Test("on another boot the time of day counts; the epoch may be before that boot")
    func otherBoot() {
        let now = MonotonicInstant(nanoseconds: 9_000)
        #expect(epoch.instant(boot: "b-2", now: now, unixNow: 1_003_000)?.nanoseconds == 6_000)
        #expect(epoch.instant(boot: nil, now: now, unixNow: 1_019_000)?.nanoseconds == -10_000)
        // The epoch is 2 µs from now.
        #expect(epoch.instant(boot: "b-2", now: now, unixNow: 998_000)?.nanoseconds == 11_000)
        let unknown = StreamEpoch(monotonic: MonotonicInstant(nanoseconds: 1), unixNanoseconds: 9, boot: nil)
        #expect(unknown.instant(boot: "-", now: now, unixNow: 9)?.nanoseconds == 9_000)
    }

    @Test("clocks that are too far apart give no epoch")
    func tooFar() throws {
        let far = try #require(StreamEpoch("0 4611686018427387904 b"))
        #expect(far.instant(boot: "c", now: MonotonicInstant(nanoseconds: 0), unixNow: 0) == nil)
        #expect(epoch.instant(boot: "c", now: MonotonicInstant(nanoseconds: 0), unixNow: .min) == nil)
        #expect(epoch.instant(boot: "c", now: MonotonicInstant(nanoseconds: 0), unixNow: .max) == nil)
    }
}
