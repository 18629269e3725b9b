import Measurement
import ResultFiles
import Transports
import WireAccounting

extension PredictedCase {
    /// All figures, in the order of the columns.
    package func prediction() -> CasePrediction {
        let forecast = forecast
        let plan = messages(forecast, feed)
        let counts = plan.counts
        let published = published
        let plans = hasKnownBytes ? BytePlans(self, counts, published) : nil
        let figures = FigureList(of: self, forecast, counts, plans, isStreaming: plan.isStreaming).figures
        return CasePrediction(
            caseID: id, figures: figures, forecast: forecast, messages: counts, bytes: plans?.middle.bytes)
    }

    /// The messages of one client.
    func messages(_ forecast: Forecast, _ feed: FeedForecast) -> PlannedMessages {
        PlannedMessages(
            use: type, options: options, feed: feed, forecast: forecast, sizes: sizes, feedTime: feedTime,
            leadTime: leadTime)
    }

    fileprivate var published: Bounded {
        type.pacing == .messages ? Bounded((feed.rate * feedTime).rounded(.down)) : feed.published(in: feedTime)
    }
}

/// Makes the figures of a case, for all clients together.
private struct FigureList {
    private let subject: PredictedCase
    private let forecast: Forecast
    private let counts: MessageCounts
    private(set) var figures: [CasePrediction.Figure] = []

    private var clients: Double { subject.clients }
    private var published: Bounded { subject.published }

    init(
        of subject: PredictedCase, _ forecast: Forecast, _ counts: MessageCounts, _ plans: BytePlans?,
        isStreaming: Bool
    ) {
        (self.subject, self.forecast, self.counts) = (subject, forecast, counts)
        addDeliveries()
        addDelays()
        if !subject.isStrained { addRequests(isStreaming: isStreaming) }
        if let plans { addBytes(plans) }
    }

    private mutating func add(_ quantity: String, _ value: Bounded?, _ formula: Formula) {
        guard let value, value.value.isFinite, value.low.isFinite, value.high.isFinite else { return }
        figures.append(
            CasePrediction.Figure(
                quantity: quantity, unit: SummaryRow.unit(of: quantity), value: value, formula: formula))
    }

    private mutating func addDeliveries() {
        add("published", published, .published)
        add("expected", published * clients, .published)
        if subject.isStrained { return }
        let unique = published.map { $0 * clients * forecast.coherence.value }
        // After the window clients receive more, until they have all.
        let late = max(1, subject.feed.rate * 1.2)
        let delivered = unique.map { $0 * forecast.redundancy.value }
        add("unique", Bounded(unique.value, low: unique.low * 0.98, high: unique.high), forecast.formulas.coherence)
        add(
            "delivered", Bounded(delivered.value, low: delivered.low * 0.98, high: delivered.high + late * clients),
            forecast.formulas.redundancy)
        let afterWindow = max(0, counts.total(.item) * clients - delivered.value)
        add(
            "delivered_after_window", Bounded(afterWindow, low: 0, high: afterWindow + late * clients),
            .published)
        add("coherence_ratio", forecast.coherence, forecast.formulas.coherence)
        add("redundancy_ratio", redundancy, forecast.formulas.redundancy)
    }

    /// At the beginning and the end of a run there are a few more copies or fewer.
    private var redundancy: Bounded {
        let value = forecast.redundancy.value
        if forecast.formulas.redundancy != .quantumRedundancy { return forecast.redundancy }
        return Bounded(value, low: value * 0.8, high: value * 1.3)
    }

    private mutating func addDelays() {
        if subject.link.isUnpredictable || subject.isStrained || subject.options[Intermediary.key] == .nginxHTTP10 {
            return
        }
        add("latency_p50_us", forecast.median.map { $0 * 1e6 }, forecast.formulas.mean)
        add("latency_max_us", forecast.largest.map { $0 * 1e6 }, forecast.formulas.largest)
        add("latency_mean_us", forecast.mean.map { $0 * 1e6 }, forecast.formulas.mean)
    }

    private mutating func addRequests(isStreaming: Bool) {
        let formulas = forecast.formulas
        if subject.type.client.isMadeOfExchanges, !isStreaming {
            let time = subject.feedTime
            let rate = forecast.requestRate
            // Before the first item and after the last, clients ask too.
            let extra = subject.type.pacing == .clientInterval ? 2.5 + rate.value * (subject.leadTime + 0.2) : 2
            let requests = counts.total(.request)
            add(
                "requests",
                Bounded(requests, low: rate.low * time * 0.97 - 1, high: rate.high * time * 1.03 + extra) * clients,
                formulas.requests)
            add(
                "requests_per_client_s", Bounded(rate.value, low: rate.low * 0.97, high: rate.high * 1.03),
                formulas.requests)
            if subject.type.pacing != .messages, formulas.redundancy != .quantumRedundancy {
                addAnswers(time, extra)
            }
            let connections = forecast.connectsEachTime ? requests : 1
            add(
                "connects",
                Bounded(
                    connections * clients, low: connections * clients * 0.97,
                    high: forecast.connectsEachTime ? (requests + extra) * clients * 1.03 : clients), .pushConnections)
        } else {
            let isShared = subject.options[HTTPVersion.key] == .twoShared
            add("connects", Bounded(isShared ? 1 : clients), .pushConnections)
            if subject.type.usesHTTP { add("requests", Bounded(clients), .pushConnections) }
        }
    }

    private mutating func addAnswers(_ time: Double, _ extra: Double) {
        let (rate, share) = (forecast.requestRate, forecast.emptyShare)
        let empty = counts.total(.empty)
        add(
            "empty_responses",
            Bounded(
                empty, low: max(0, rate.low * share.low * time * 0.9 - 2),
                high: rate.high * share.high * time * 1.1 + extra + 2) * clients,
            forecast.formulas.empty)
        let perResponse = forecast.itemsPerResponse
        add(
            "items_per_response", Bounded(perResponse, low: perResponse * 0.85, high: perResponse * 1.15 + 0.2),
            forecast.formulas.empty)
    }

    private mutating func addBytes(_ plans: BytePlans) {
        let (clients, items) = (clients, counts.total(.item))
        func total(_ value: (LayerBytes) -> Double) -> Bounded { plans.bounded(value) * clients }
        add("payload_bytes_total", total(\.payload), .layerBytes)
        add("overhead_bytes_total", total(\.overhead), .layerBytes)
        if items > 0 {
            let perItem = plans.perItem(\.overhead)
            add("overhead_bytes_per_item", perItem, .layerBytes)
        }
        add("bytes_per_client_s", steadyRate(plans), .layerBytes)
        if subject.encrypts { return }
        add("setup_bytes_total", total(\.setup), .layerBytes)
        for direction in Direction.allCases {
            add("tcp_payload_bytes_\(direction.rawValue)", total { $0.tcpPayload(direction) }, .layerBytes)
        }
        addWire(plans)
        for place in LayerBytes.places where plans.middle.bytes[place] != 0 {
            add(place.name, total { $0[place] }, .layerBytes)
        }
    }

    /// Bytes per client and second without what connections begin and end with.
    private func steadyRate(_ plans: BytePlans) -> Bounded {
        // Polls before the first item take their share of the bytes.
        let tail = subject.messages(forecast, subject.feed).tailTime
        let early = subject.type.pacing == .clientInterval ? subject.leadTime + tail : 0
        let once = subject.once(counts)
        return plans.bounded { ($0.tcpPayload - once) / (subject.feedTime + early) }
    }

    private mutating func addWire(_ plans: BytePlans) {
        let rate = forecast.requestRate.value
        let gap = rate > 0 ? 1 / rate : subject.feed.period
        let headers = plans.all.map { plan in
            SegmentEstimate.headers(
                of: plan.counts, plan.bytes, use: subject.type, gap: gap, hasHold: subject.type.pacing == .serverHold)
        }
        let all = Bounded(
            headers[1].value, low: headers.map(\.low).min() ?? 0, high: headers.map(\.high).max() ?? 0)
        add("wire_bytes_estimated", (plans.bounded(\.tcpPayload) + all) * clients, .wireBytes)
    }
}

/// The bytes of one client if the feed has fewer, as many, and more items than expected.
struct BytePlans {
    struct Plan {
        let counts: MessageCounts
        let bytes: LayerBytes
    }

    /// Few, as expected, many.
    let all: [Plan]

    var middle: Plan { all[1] }

    // Polls at the ends of a run, digits, items after the window.
    private static let tolerance = 0.06

    init(_ subject: PredictedCase, _ middle: MessageCounts, _ published: Bounded) {
        let model = ByteModel(subject.sizes, encrypts: subject.encrypts)
        func plan(_ items: Double) -> Plan {
            var subject = subject
            subject.feed.rate *= published.value > 0 ? max(items, 1e-6) / published.value : 1
            let counts = subject.messages(subject.forecast, subject.feed).counts
            return Plan(counts: counts, bytes: model.bytes(of: counts))
        }
        all = [
            plan(published.low), Plan(counts: middle, bytes: model.bytes(of: middle)), plan(published.high),
        ]
    }

    func bounded(_ value: (LayerBytes) -> Double) -> Bounded {
        spread(all.map { value($0.bytes) })
    }

    func perItem(_ value: (LayerBytes) -> Double) -> Bounded {
        spread(all.map { value($0.bytes) / max(1e-9, $0.counts.total(.item)) })
    }

    private func spread(_ values: [Double]) -> Bounded {
        let slack = values[1] * Self.tolerance
        return Bounded(values[1], low: max(0, (values.min() ?? 0) - slack), high: (values.max() ?? 0) + slack)
    }
}

extension PredictedCase {
    /// Bytes of one client that do not repeat: its connection's beginning and end, and a stream's headers.
    fileprivate func once(_ counts: MessageCounts) -> Double {
        let sizes = sizes
        var once = LayerBytes()
        once.add(sizes.opening, times: counts.connections)
        once.add(sizes.closing, times: counts.endings)
        if counts.total(.stream) > 0 {
            once.add(sizes.request(cursorDigits: 0), times: 1)
            once.add(sizes.streamBeginning, times: 1)
            once.add(sizes.lastChunk, times: 1)
        }
        return once.tcpPayload
    }
}
