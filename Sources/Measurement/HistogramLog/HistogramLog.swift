/// Histograms of intervals in the HdrHistogram log format 1.3, which HdrHistogram's readers and plotters support.
///
/// The line of an interval has its start and length in seconds, its maximum in milliseconds and the compressed buckets
/// of microseconds. Buckets lose the exact sum and values out of range, so a comment before the line keeps them. Other
/// readers skip the comment; without it, this reader estimates the totals from the buckets.
package struct HistogramLog: Sendable, Equatable {
    package struct Interval: Sendable, Equatable {
        /// The name of the interval's series, e.g. `websocket`; without comma, space and line break.
        var tag: String?
        /// Time since the log's start, in whole milliseconds.
        var start: Duration
        var length: Duration
        package var histogram: LatencyHistogram

        package init(tag: String? = nil, start: Duration, length: Duration, histogram: LatencyHistogram) {
            precondition(tag.map(Self.isTag) ?? true, "a tag must not have a comma, space or line break")
            self.tag = tag
            self.start = start
            self.length = length
            self.histogram = histogram
        }

        /// Whether the format can hold the tag.
        static func isTag(_ text: String) -> Bool {
            !text.isEmpty && !text.contains { $0 == "," || $0.isWhitespace }
        }
    }

    /// Start of the log since 1970-01-01T00:00:00Z, in whole milliseconds.
    package var startTime: Duration
    package var intervals: [Interval]

    package init(startTime: Duration, intervals: [Interval]) {
        self.startTime = startTime
        self.intervals = intervals
    }
}

/// Why a histogram log cannot be read. Lines count from 1.
package enum HistogramLogError: Error, Equatable {
    /// The line is not a comment, the legend or `[Tag=…,]start,length,max,payload`.
    case malformedLine(Int)
    case unreadablePayload(line: Int, HistogramPayloadError)
}

extension HistogramLogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedLine(let line):
            "line \(line): not a histogram line; expected [Tag=TAG,]START,LENGTH,MAX,PAYLOAD"
        case .unreadablePayload(let line, let error):
            "line \(line): \(error)"
        }
    }
}
