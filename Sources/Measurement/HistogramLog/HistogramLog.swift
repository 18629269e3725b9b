/// Histograms of intervals in the HdrHistogram log format 1.3, which HdrHistogram's readers and plotters understand.
///
/// An interval's line holds its start and length in seconds, its maximum in milliseconds and the compressed buckets of
/// microseconds. Buckets lose the exact sum and what was out of range, so a comment in front of the line keeps those;
/// other readers skip it, and without it they are estimated from the buckets.
package struct HistogramLog: Sendable, Equatable {
    package struct Interval: Sendable, Equatable {
        /// Tells the interval's series, e.g. `websocket`; without comma, space and line break.
        var tag: String?
        /// Since the log's start; whole milliseconds are kept.
        var start: Duration
        var length: Duration
        package var histogram: LatencyHistogram

        package init(tag: String? = nil, start: Duration, length: Duration, histogram: LatencyHistogram) {
            precondition(tag.map(Self.isTag) ?? true, "a tag has no comma, space or line break")
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

    /// When the log starts, since 1970-01-01T00:00:00Z; whole milliseconds are kept.
    var startTime: Duration
    package var intervals: [Interval]

    package init(startTime: Duration, intervals: [Interval]) {
        self.startTime = startTime
        self.intervals = intervals
    }
}

/// Why a text is no histogram log that this lab can read. Lines count from 1.
package enum HistogramLogError: Error, Equatable {
    /// The line is neither comment, legend nor `[Tag=…,]start,length,max,payload`.
    case malformedLine(Int)
    case unreadablePayload(line: Int, HistogramPayloadError)
}

extension HistogramLogError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedLine(let line):
            "line \(line): not a histogram line; allowed is [Tag=TAG,]START,LENGTH,MAX,PAYLOAD"
        case .unreadablePayload(let line, let error):
            "line \(line): \(error)"
        }
    }
}
