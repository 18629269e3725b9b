import HTTP
import Measurement
import NIOCore

/// A client's request for the feed: `?after=SEQ&hold=25s&latest=1`.
package struct FeedRequest: Sendable {
    /// Longest hold that a client may request. RFC 6202 §5.5 reports that 120 s works in practice.
    package static let maximumHold = Duration.seconds(120)

    package let head: RequestHead
    /// Last sequence that the client has; `nil` starts the feed at the oldest item kept.
    package let after: UInt64?
    package let hold: Duration?
    let latestOnly: Bool
    /// Whether the response without items is 200 with an empty body.
    let wantsFull: Bool
    /// Whether a response carries at most one item.
    let oneItemOnly: Bool

    /// Whether the client has no item yet, so that it gets history first.
    package var hasNoCursor: Bool { after ?? 0 == 0 }

    /// - Throws: ``RequestFault`` (400) for an invalid value; unknown parameters are ignored, as usual on the web.
    package init(_ head: RequestHead) throws(RequestFault) {
        self.head = head
        let query = try head.bytes.withUnsafeReadableBytes { raw in
            Result { () throws(RequestFault) in try QueryReader(raw: raw).read(head.query) }
        }.get()
        (after, hold, latestOnly) = (query.after, query.hold, query.latestOnly)
        (wantsFull, oneItemOnly) = (query.wantsFull, query.oneItemOnly)
    }

    /// Value of a parameter that only streams have. Allocates, so do not use it on the measured path.
    func parameter(_ name: String) -> String? {
        for part in head.text(head.query).split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair[0] == name { return pair.count == 2 ? String(pair[1]) : "" }
        }
        return nil
    }
}

/// Parses the query in place, without allocating strings on the measured path.
private struct QueryReader {
    struct Values {
        var after: UInt64?
        var hold: Duration?
        var latestOnly = false
        var wantsFull = false
        var oneItemOnly = false
    }

    let raw: UnsafeRawBufferPointer

    func read(_ query: Range<Int>) throws(RequestFault) -> Values {
        var values = Values()
        var start = query.lowerBound
        while start < query.upperBound {
            let end = raw[start..<query.upperBound].firstIndex(of: UInt8(ascii: "&")) ?? query.upperBound
            try take(start..<end, into: &values)
            start = end + 1
        }
        return values
    }

    private func take(_ part: Range<Int>, into values: inout Values) throws(RequestFault) {
        let equals = raw[part].firstIndex(of: UInt8(ascii: "=")) ?? part.upperBound
        let name = part.lowerBound..<equals
        let value = min(equals + 1, part.upperBound)..<part.upperBound
        if raw.equals(name, "after") {
            values.after = try cursor(value)
        } else if raw.equals(name, "hold") {
            values.hold = try hold(value)
        } else if raw.equals(name, "latest") {
            values.latestOnly = try flag(value, "latest", ("0", "1"))
        } else if raw.equals(name, "empty") {
            values.wantsFull = try flag(value, "empty", ("no-content", "full"))
        } else if raw.equals(name, "batch") {
            values.oneItemOnly = try flag(value, "batch", ("all", "one"))
        }
    }

    private func cursor(_ range: Range<Int>) throws(RequestFault) -> UInt64 {
        // 19 digits stay below 2^64, so parsing them cannot overflow.
        if !range.isEmpty, range.count <= 19, let value = digits(range), value < UInt64(Int64.max) { return value }
        throw RequestFault(
            .badRequest, "after is '\(text(range))'; allowed is the sequence of the last item received, or 0")
    }

    private func hold(_ range: Range<Int>) throws(RequestFault) -> Duration {
        guard let value = milliseconds(range) ?? (try? Duration(quantity: text(range))), value >= .milliseconds(1),
            value <= FeedRequest.maximumHold
        else { throw RequestFault(.badRequest, "hold is '\(text(range))'; allowed is 1ms to 120s, such as 25s") }
        return value
    }

    // The form that PushLab's clients send.
    private func milliseconds(_ range: Range<Int>) -> Duration? {
        guard range.count > 2, range.count <= 8, raw.equals(range.upperBound - 2..<range.upperBound, "ms")
        else { return nil }
        return digits(range.lowerBound..<range.upperBound - 2).map { .milliseconds(Int64($0)) }
    }

    private func flag(
        _ range: Range<Int>, _ name: String, _ words: (off: StaticString, on: StaticString)
    ) throws(RequestFault) -> Bool {
        if raw.equals(range, words.on) { return true }
        if raw.equals(range, words.off) { return false }
        throw RequestFault(.badRequest, "\(name) is '\(text(range))'; allowed: \(words.off), \(words.on)")
    }

    private func digits(_ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for byte in raw[range] {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + UInt64(byte - 0x30)
        }
        return value
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: raw[range].prefix(64), as: UTF8.self)
    }
}
