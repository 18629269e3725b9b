import Codecs
import Histogram
import NIOCore

/// Why the payload of a histogram line cannot be read.
package enum HistogramPayloadError: Error, Equatable {
    case notBase64
    /// The outer cookie is not V2 compressed (0x1c849304 and word-size bits), or the length does not fit.
    case notACompressedHistogram
    case corruptCompression
    /// The inner cookie is not V2 (0x1c849303 and word-size bits), or the length does not fit.
    case notAHistogram
    /// Allowed: 3 digits, lowest value 1, no normalizing offset, values of microseconds unscaled.
    case unsupportedSettings(significantDigits: UInt32, lowest: UInt64)
    case corruptCounts
}

extension HistogramPayloadError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notBase64: "the histogram is not Base64"
        case .notACompressedHistogram: "the histogram is not in HdrHistogram's compressed V2 encoding"
        case .corruptCompression: "the histogram cannot be decompressed"
        case .notAHistogram: "the decompressed bytes are not an HdrHistogram V2 encoding"
        case .unsupportedSettings(let digits, let lowest):
            "the histogram has \(digits) significant digits and the lowest value \(lowest); supported: 3 digits and 1"
        case .corruptCounts: "the counts of the histogram are damaged"
        }
    }
}

/// HdrHistogram's compressed V2 encoding in Base64.
///
/// Written here, because the histogram package does not read or write logs.
enum HistogramPayload {
    private static let compressedCookie: UInt32 = 0x1c84_9304
    private static let plainCookie: UInt32 = 0x1c84_9303
    /// Bits 4–7 give a word size that V2 no longer uses; writers set 1.
    private static let wordSizeBits: UInt32 = 0xf0
    private static let headerBytes = 40
    /// Limit of the decompressed size, as in HdrHistogram's Python reader.
    private static let largestPlain = 4 << 20

    static func encode(_ histogram: LatencyHistogram) -> String {
        let deflated = DeflateStream.compress(ByteBuffer(bytes: encodePlain(histogram)), .zlib, level: 9)
        var whole: [UInt8] = []
        whole.appendBigEndian(compressedCookie | 0x10)
        whole.appendBigEndian(UInt32(deflated.readableBytes))
        return Base64.encode(whole + deflated.readableBytesView)
    }

    /// The encoding before compression.
    static func encodePlain(_ histogram: LatencyHistogram) -> [UInt8] {
        let counts = encodeCounts(of: histogram)
        var plain: [UInt8] = []
        plain.appendBigEndian(plainCookie | 0x10)
        plain.appendBigEndian(UInt32(counts.count))
        plain.appendBigEndian(UInt32(0))
        plain.appendBigEndian(UInt32(3))
        plain.appendBigEndian(UInt64(1))
        plain.appendBigEndian(UInt64(LatencyHistogram.highestTrackable))
        plain.appendBigEndian((1.0).bitPattern)
        return plain + counts
    }

    static func decode(
        _ text: String,
        exact: LatencyHistogram.ExactTotals?
    ) throws(HistogramPayloadError) -> LatencyHistogram {
        guard var outer = Base64.decode(text)?[...] else { throw .notBase64 }
        guard outer.takeBigEndian(UInt32.self).map(withoutWordSize) == compressedCookie,
            let length = outer.takeBigEndian(UInt32.self), length == outer.count
        else { throw .notACompressedHistogram }
        guard let plain = InflateStream.decompress(ByteBuffer(bytes: outer), .zlib, limit: largestPlain) else {
            throw .corruptCompression
        }
        return try decodePlain(Array(plain.readableBytesView), exact: exact)
    }

    static func decodePlain(
        _ plain: [UInt8],
        exact: LatencyHistogram.ExactTotals?
    ) throws(HistogramPayloadError) -> LatencyHistogram {
        var inner = plain[...]
        let countBytes = try takeHeader(from: &inner)
        guard inner.count == countBytes else { throw .notAHistogram }
        return try restore(takeCounts(from: &inner), exact: exact)
    }

    /// Checks the header.
    ///
    /// - Returns: The number of bytes of counts that follow.
    private static func takeHeader(from bytes: inout ArraySlice<UInt8>) throws(HistogramPayloadError) -> Int {
        guard bytes.count >= headerBytes,
            bytes.takeBigEndian(UInt32.self).map(withoutWordSize) == plainCookie,
            let length = bytes.takeBigEndian(UInt32.self),
            let offset = bytes.takeBigEndian(UInt32.self),
            let digits = bytes.takeBigEndian(UInt32.self),
            let lowest = bytes.takeBigEndian(UInt64.self)
        else { throw .notAHistogram }
        // The highest value and the ratio for display (0 or 1 if unused) do not change the meaning of the counts.
        bytes = bytes.dropFirst(16)
        guard digits == 3, lowest == 1, offset == 0 else {
            throw .unsupportedSettings(significantDigits: digits, lowest: lowest)
        }
        return Int(length)
    }

    private static func withoutWordSize(_ cookie: UInt32) -> UInt32 { cookie & ~wordSizeBits }
}

extension HistogramPayload {
    /// Counts in bucket order up to the last used one; a series of empty buckets is one negative number.
    private static func encodeCounts(of histogram: LatencyHistogram) -> [UInt8] {
        var bytes: [UInt8] = []
        var next = 0
        for step in histogram.buckets.recordedValues() {
            let bucket = BucketLayout.bucket(of: Int64(step.value))
            let empty = bucket - next
            if empty > 0 { ZigZag.append(empty == 1 ? 0 : -Int64(empty), to: &bytes) }
            ZigZag.append(Int64(step.count), to: &bytes)
            next = bucket + 1
        }
        return bytes
    }

    private static func takeCounts(
        from bytes: inout ArraySlice<UInt8>
    ) throws(HistogramPayloadError) -> [(bucket: Int, count: Int64)] {
        var counts: [(bucket: Int, count: Int64)] = []
        var bucket = 0
        var total: Int64 = 0
        while !bytes.isEmpty {
            guard let number = ZigZag.take(from: &bytes), number > -Int64(BucketLayout.last) else {
                throw .corruptCounts
            }
            let (sum, isTooMuch) = total.addingReportingOverflow(max(number, 0))
            guard !isTooMuch else { throw .corruptCounts }
            total = sum
            if number > 0 { counts.append((bucket, number)) }
            bucket += number < 0 ? Int(-number) : 1
            guard bucket <= BucketLayout.last else { throw .corruptCounts }
        }
        return counts
    }

    /// Rebuilds the encoded histogram; minimum and maximum are exact in their buckets.
    private static func restore(
        _ counts: [(bucket: Int, count: Int64)],
        exact: LatencyHistogram.ExactTotals?
    ) throws(HistogramPayloadError) -> LatencyHistogram {
        let totals: LatencyHistogram.ExactTotals
        if let exact, fits(exact, counts) { totals = exact } else { totals = try estimate(counts) }
        var buckets = LatencyHistogram().buckets
        for (bucket, count) in counts {
            let lowest = BucketLayout.lowestValue(ofBucket: bucket)
            let range = clamp(lowest)...clamp(BucketLayout.highestValue(ofBucket: bucket))
            let extremes = [totals.min, totals.max].map(clamp).filter(range.contains)
            buckets.record(UInt64(extremes.first ?? range.lowerBound), count: 1)
            if count > 1 { buckets.record(UInt64(extremes.last ?? range.lowerBound), count: UInt64(count - 1)) }
        }
        return LatencyHistogram(buckets: buckets, exact: totals)
    }

    /// Whether the totals match the counts; in a log edited by hand they may not.
    private static func fits(_ exact: LatencyHistogram.ExactTotals, _ counts: [(bucket: Int, count: Int64)]) -> Bool {
        let used = counts.map(\.bucket)
        guard let first = used.first, let last = used.last else { return exact == .init() }
        return BucketLayout.bucket(of: clamp(exact.min)) == first && BucketLayout.bucket(of: clamp(exact.max)) == last
    }

    private static func clamp(_ microseconds: Int64) -> Int64 {
        min(max(microseconds, 0), LatencyHistogram.highestTrackable)
    }

    /// Totals estimated from the buckets: the sum from their middles, the limits from the outer ends.
    private static func estimate(
        _ counts: [(bucket: Int, count: Int64)]
    ) throws(HistogramPayloadError) -> LatencyHistogram.ExactTotals {
        var totals = LatencyHistogram.ExactTotals()
        for (bucket, count) in counts {
            let lowest = BucketLayout.lowestValue(ofBucket: bucket)
            let highest = BucketLayout.highestValue(ofBucket: bucket)
            let middle = lowest + (highest - lowest + 1) / 2
            let (product, isTooLarge) = middle.multipliedReportingOverflow(by: count)
            let (sum, isTooMuch) = totals.sum.addingReportingOverflow(product)
            guard !isTooLarge, !isTooMuch else { throw .corruptCounts }
            totals.sum = sum
            totals.min = min(totals.min, lowest)
            totals.max = max(totals.max, highest)
            if lowest > LatencyHistogram.highestTrackable { totals.overflow += UInt64(count) }
        }
        return totals
    }
}

extension [UInt8] {
    fileprivate mutating func appendBigEndian(_ integer: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: integer.bigEndian) { append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func takeBigEndian<Integer: FixedWidthInteger>(_ type: Integer.Type) -> Integer? {
        let size = Integer.bitWidth / 8
        guard count >= size else { return nil }
        defer { self = dropFirst(size) }
        return prefix(size).reduce(0) { $0 << 8 | Integer($1) }
    }
}
