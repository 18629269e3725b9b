extension HistogramLog {
    private static let legend =
        #""StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram""#
    private static let exactPrefix = "#[Exact microseconds: "

    /// The text of an `.hlog` file.
    package var text: String {
        let start = Self.seconds(startTime)
        var lines = [
            "#[Histogram log format version 1.3]",
            "#[Values are microseconds, Interval_Max is in milliseconds]",
            "#[StartTime: \(start) (seconds since epoch)]",
            "#[BaseTime: \(start) (seconds since epoch)]",
            Self.legend,
        ]
        for interval in intervals {
            lines.append(Self.exactLine(interval.histogram))
            lines.append(Self.line(interval))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func line(_ interval: Interval) -> String {
        let tag = interval.tag.map { "Tag=\($0)," } ?? ""
        let maximum = Duration.microseconds(Swift.max(interval.histogram.max ?? 0, 0))
        // Multiplied by 1000, so that seconds print as milliseconds.
        let fields = [seconds(interval.start), seconds(interval.length), seconds(maximum * 1_000)]
        return tag + fields.joined(separator: ",") + "," + HistogramPayload.encode(interval.histogram)
    }

    private static func exactLine(_ histogram: LatencyHistogram) -> String {
        let exact = histogram.exact
        let limits = histogram.isEmpty ? "" : " min=\(exact.min) max=\(exact.max)"
        return "\(exactPrefix)sum=\(exact.sum)\(limits) overflow=\(exact.overflow) negative=\(exact.negative)]"
    }

    /// Seconds with three decimals, rounded down to the millisecond.
    private static func seconds(_ duration: Duration) -> String {
        precondition(duration >= .zero, "a histogram log must not have negative times")
        let (seconds, rest) = (duration.nanoseconds / 1_000_000).quotientAndRemainder(dividingBy: 1_000)
        let decimals = String(rest)
        return "\(seconds)." + String(repeating: "0", count: 3 - decimals.count) + decimals
    }
}

extension HistogramLog {
    /// Reads a log of PushLab or of another HdrHistogram writer.
    ///
    /// - Parameter text: The file's text; its histograms have 3 significant digits and a lowest value of 1.
    /// - Throws: ``HistogramLogError`` at the first line that cannot be read.
    package init(parsing text: String) throws(HistogramLogError) {
        self.init(startTime: .zero, intervals: [])
        var exact: LatencyHistogram.ExactTotals?
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.isEmpty {
            if line.hasPrefix("#") {
                startTime = Self.startTime(in: line) ?? startTime
                exact = Self.exactTotals(in: line) ?? exact
            } else if !line.hasPrefix("\"") {
                intervals.append(try Self.interval(line, at: index + 1, exact: exact))
                exact = nil
            }
        }
    }

    private static func interval(
        _ line: Substring,
        at number: Int,
        exact: LatencyHistogram.ExactTotals?
    ) throws(HistogramLogError) -> Interval {
        var fields = line.split(separator: ",", omittingEmptySubsequences: false)
        var tag: String?
        if let first = fields.first, first.hasPrefix("Tag=") {
            tag = String(first.dropFirst(4))
            fields.removeFirst()
        }
        guard fields.count == 4, tag.map(Interval.isTag) ?? true, let start = duration(fields[0]),
            let length = duration(fields[1])
        else { throw .malformedLine(number) }
        do throws(HistogramPayloadError) {
            let histogram = try HistogramPayload.decode(String(fields[3]), exact: exact)
            return Interval(tag: tag, start: start, length: length, histogram: histogram)
        } catch {
            throw .unreadablePayload(line: number, error)
        }
    }

    private static func startTime(in comment: Substring) -> Duration? {
        let prefix = "#[StartTime: "
        guard comment.hasPrefix(prefix) else { return nil }
        return duration(comment.dropFirst(prefix.count).prefix { $0 != " " })
    }

    private static func exactTotals(in comment: Substring) -> LatencyHistogram.ExactTotals? {
        guard comment.hasPrefix(exactPrefix) else { return nil }
        var totals = LatencyHistogram.ExactTotals()
        for field in comment.dropFirst(exactPrefix.count).dropLast().split(separator: " ") {
            let parts = field.split(separator: "=")
            guard parts.count == 2, let value = Int64(parts[1]) else { return nil }
            switch parts[0] {
            case "sum": totals.sum = value
            case "min": totals.min = value
            case "max": totals.max = value
            case "overflow": totals.overflow = UInt64(clamping: value)
            case "negative": totals.negative = UInt64(clamping: value)
            default: return nil
            }
        }
        return totals
    }

    /// Reads seconds, rounded to the millisecond to remove errors of binary fractions.
    private static func duration(_ text: Substring) -> Duration? {
        guard let seconds = Double(text), (0..<1e12).contains(seconds) else { return nil }
        return .milliseconds(Int64((seconds * 1_000).rounded()))
    }
}
