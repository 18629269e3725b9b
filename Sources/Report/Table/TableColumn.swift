import Measurement
import ResultFiles

/// A column of the result table: when it is shown, how important it is, and its cells.
struct TableColumn: Sendable {
    /// Two short lines for the terminal.
    let heading: @Sendable (WorkloadTerms) -> (upper: String, lower: String)
    /// The full title for Markdown and HTML.
    let title: @Sendable (WorkloadTerms) -> String
    /// A terminal that is too narrow leaves out the columns with the lowest number.
    let weight: Int
    /// A question about it makes it more important.
    let topic: QuestionTopics.Topic
    /// Whether it says anything about these cases.
    let isShown: @Sendable ([CaseResult]) -> Bool
    /// Whether it is shown of these cases only if the question is about its topic.
    var needsQuestion: @Sendable ([CaseResult]) -> Bool = { _ in false }
    let cell: @Sendable (CaseResult, LatencyHistogram?) -> String

    /// In the order of the table, after the transport.
    static let all: [TableColumn] =
        [items, received, disorder, median, tail, maximum] + arrivals + recovery + bytes + [
            requests, processor, serverMemory, memory,
        ]

    private static let items = TableColumn(
        heading: { _ in ("unique/", "expected") }, title: { "unique / expected \($0.noun)s" }, weight: 95,
        topic: .items,
        isShown: { $0.contains { !$0.isComplete && !$0.lacksSequences } },
        cell: { result, _ in
            if result.isSilent { return "silent" }
            return "\(Figure.count(result.bytes.sum(\.unique)))/\(Figure.count(result.bytes.sum(\.expected)))"
        })

    private static let received = TableColumn(
        heading: { ("\($0.noun)s", "received") }, title: { "\($0.noun)s received" }, weight: 94, topic: .items,
        isShown: { $0.contains(where: \.lacksSequences) },
        cell: { result, _ in Figure.count(result.bytes.sum(\.delivered)) })

    private static let disorder = TableColumn(
        heading: { _ in ("miss/dup/", "reorder") }, title: { _ in "missed / duplicate / reordered" }, weight: 70,
        topic: .items, isShown: { $0.contains { !$0.isInOrder && !$0.isSilent && !$0.lacksSequences } },
        cell: { result, _ in
            [result.bytes.sum(\.missed), result.bytes.sum(\.duplicate), result.bytes.sum(\.reordered)]
                .map(Figure.count).joined(separator: "/")
        })

    private static let median = delay("p50", weight: 100) { result, merged in
        Figure.delay(microseconds: merged?.median ?? result.times.median(\.latencyP50Microseconds))
    }
    private static let tail = delay("p99", weight: 85) { result, merged in
        Figure.delay(microseconds: merged?.p99 ?? result.times.median(\.latencyP99Microseconds))
    }
    private static let maximum = delay("max", weight: 50) { result, merged in
        Figure.delay(microseconds: merged?.max.map(Double.init) ?? result.times.latencyMax)
    }

    /// In place of delays that cannot be known, or with them if the question is about gaps.
    private static let arrivals = [
        arrival(("gap", "p50"), "gap between the items of a client, p50", weight: 93) { $0.itemGapP50Microseconds },
        arrival(("gap", "p99"), "gap between the items of a client, p99", weight: 83) { $0.itemGapP99Microseconds },
        arrival(("first", "item"), "first item after the connect, p50", weight: 48) { $0.firstItemP50Microseconds },
    ]

    private static func arrival(
        _ heading: (String, String), _ title: String, weight: Int, _ value: @escaping @Sendable (SummaryRow) -> Double?
    ) -> TableColumn {
        TableColumn(
            heading: { _ in heading }, title: { _ in title }, weight: weight, topic: .rhythm,
            isShown: { $0.contains { $0.times.median(value) != nil } },
            needsQuestion: { !$0.contains(where: \.lacksDelays) },
            cell: { result, _ in Figure.delay(microseconds: result.times.median(value)) })
    }

    private static let recovery = [
        time(("recovery", "p50"), "time to recover, p50", weight: 92) { $0.recoveryP50Microseconds },
        time(("recovery", "max"), "time to recover, max", weight: 65) { $0.recoveryMaxMicroseconds },
    ]

    private static func time(
        _ heading: (String, String), _ title: String, weight: Int, _ value: @escaping @Sendable (SummaryRow) -> Double?
    ) -> TableColumn {
        TableColumn(
            heading: { _ in heading }, title: { _ in title }, weight: weight, topic: .recovery,
            isShown: { $0.contains { $0.times.median(value) != nil } },
            cell: { result, _ in Figure.delay(microseconds: result.times.median(value)) })
    }

    private static func delay(
        _ figure: String, weight: Int, _ cell: @escaping @Sendable (CaseResult, LatencyHistogram?) -> String
    ) -> TableColumn {
        TableColumn(
            heading: { ($0.upperHeading, $0.lowerHeading + figure) }, title: { "\($0.time) \(figure)" }, weight: weight,
            topic: .delay, isShown: { $0.contains { $0.times.median(\.latencyP50Microseconds) != nil } }, cell: cell)
    }

    private static let bytes = [
        mean(
            ("payload", "B/item"), "item as carried, B", weight: 88, .bytes,
            isShown: { differ($0, \.payloadBytesPerItem) },
            \.payloadBytesPerItem),
        mean(("overhead", "B/item"), "overhead, B per item", weight: 97, .bytes, \.overheadBytesPerItem),
        mean(
            ("on wire", "B/item"), "on the wire with TCP/IP headers, B per item", weight: 90, .bytes, \.wireBytesPerItem
        ),
        mean(("B/s per", "client"), "TCP payload, B/s per client", weight: 80, .bytes, \.bytesPerClientSecond),
        mean(
            ("set-up", "B/client"), "set-up, B per client", weight: 60, .setup,
            isShown: { differ($0, \.setupBytesPerClient) }, \.setupBytesPerClient),
    ]

    private static let requests = mean(
        ("requests", "/item"), "requests per item", weight: 55, .requests,
        isShown: { differ($0, \.requestsPerItem) }, \.requestsPerItem)

    private static let processor = TableColumn(
        heading: { _ in ("srv CPU", "µs/item") }, title: { _ in "server CPU, µs per item" }, weight: 75,
        topic: .processor,
        isShown: { $0.contains { $0.times.median(\.serverCPUMicrosecondsPerItem) != nil } },
        cell: { result, _ in Figure.mean(result.times.median(\.serverCPUMicrosecondsPerItem)) })

    /// Of different servers: what they need before the first client differs more than what a client needs.
    private static let serverMemory = TableColumn(
        heading: { _ in ("srv mem", "MiB") }, title: { _ in "server memory at most, MiB" }, weight: 74,
        topic: .memory,
        isShown: { Set($0.map(\.server)).count > 1 && $0.contains { $0.bytes.median(\.peakMebibytes) != nil } },
        cell: { result, _ in Figure.mean(result.bytes.median(\.peakMebibytes)) })

    private static let memory = TableColumn(
        heading: { _ in ("srv mem", "B/client") }, title: { _ in "server memory, B per client" }, weight: 40,
        topic: .memory,
        isShown: { $0.contains { $0.bytes.median(\.memoryPerConnection) != nil } }, needsQuestion: { _ in true },
        cell: { result, _ in Figure.mean(result.bytes.median(\.memoryPerConnection)) })

    private static func mean(
        _ heading: (String, String), _ title: String, weight: Int, _ topic: QuestionTopics.Topic,
        isShown: (@Sendable ([CaseResult]) -> Bool)? = nil, _ value: @escaping @Sendable (SummaryRow) -> Double?
    ) -> TableColumn {
        TableColumn(
            heading: { _ in heading }, title: { _ in title }, weight: weight, topic: topic,
            isShown: isShown ?? { $0.contains { $0.bytes.median(value) != nil } },
            cell: { result, _ in Figure.mean(result.bytes.median(value)) })
    }

    /// Whether the medians of cases differ by more than 2 %, or only some cases have one.
    private static func differ(_ results: [CaseResult], _ value: (SummaryRow) -> Double?) -> Bool {
        let values = results.map { $0.bytes.median(value) }
        let known = values.compactMap { $0 }
        guard let low = known.min(), let high = known.max() else { return false }
        return known.count < values.count || high > low * 1.02
    }
}

extension CaseResult {
    /// Whether every client received every item, as far as is known.
    var isComplete: Bool {
        guard let unique = bytes.sum(\.unique), let expected = bytes.sum(\.expected) else { return false }
        return unique == expected && hasValidBytes && !isSilent
    }

    /// Whether every item came once and in order.
    var isInOrder: Bool { [bytes.sum(\.missed), bytes.sum(\.duplicate), bytes.sum(\.reordered)] == [0, 0, 0] }
}

extension SummaryRow {
    fileprivate var memoryPerConnection: Double? { serverRSSPerConnectionBytes.map(Double.init) }
}

extension LatencyHistogram {
    fileprivate var median: Double? { percentile(50).map(Double.init) }
    fileprivate var p99: Double? { percentile(99).map(Double.init) }
}

extension SummaryRow {
    fileprivate var peakMebibytes: Double? { serverRSSPeakBytes.map { Double($0) / Double(1 << 20) } }
}
