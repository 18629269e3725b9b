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
            leadTime: leadTime, warmup: warmup)
    }

    fileprivate var published: Bounded {
        if type.pacing != .messages { return feed.published(in: feedTime) }
        return Bounded((feed.rate * feedTime / feed.burst + 1e-9).rounded(.down) * feed.burst)
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
        let late = max(1, subject.feed.rate * Allowance.afterWindow.more)
        let delivered = Allowance.unfinished.around(unique.map { $0 * forecast.redundancy.value })
        add("unique", Allowance.unfinished.around(unique), forecast.formulas.coherence)
        add(
            "delivered", delivered + Bounded(0, low: 0, high: late * clients), forecast.formulas.redundancy)
        let afterWindow = max(0, counts.total(.item) * clients - delivered.value)
        add(
            "delivered_after_window", Bounded(afterWindow, low: 0, high: afterWindow + late * clients),
            .published)
        add("coherence_ratio", forecast.coherence, forecast.formulas.coherence)
        add("redundancy_ratio", forecast.redundancy, forecast.formulas.redundancy)
    }

    private mutating func addDelays() {
        // Without an item there is no delay.
        if !subject.hasKnownDelays || published.value < 1 { return }
        add("latency_p50_us", forecast.median.map { $0 * 1e6 }, forecast.formulas.median)
        add("latency_max_us", forecast.largest.map { $0 * 1e6 }, forecast.formulas.largest)
        add("latency_mean_us", forecast.mean.map { $0 * 1e6 }, forecast.formulas.mean)
    }

    private mutating func addRequests(isStreaming: Bool) {
        let formulas = forecast.formulas
        if subject.type.client.isMadeOfExchanges, !isStreaming {
            let rate = Allowance.pace.around(forecast.requestRate)
            // Before the first item and after the last, clients ask too.
            let early =
                subject.type.pacing == .clientInterval
                ? forecast.requestRate.value * (subject.leadTime + Allowance.start.more) : 0
            let planned = counts.total(.request)
            let steady = rate * subject.feedTime
            let requests = Allowance.ends.around(Bounded(planned, low: steady.low, high: steady.high + early))
            add("requests", requests * clients, formulas.requests)
            add("requests_per_client_s", rate, formulas.requests)
            if subject.type.pacing != .messages, !forecast.answersAlwaysCarryNewest { addAnswers(early) }
            let connections = forecast.connectsEachTime ? requests : Bounded(1)
            add("connects", connections * clients, .pushConnections)
        } else {
            let isShared = subject.options[HTTPVersion.key] == .twoShared
            add("connects", Bounded(isShared ? 1 : clients), .pushConnections)
            if subject.type.usesHTTP { add("requests", Bounded(clients), .pushConnections) }
        }
    }

    private mutating func addAnswers(_ early: Double) {
        let (rate, share, time) = (forecast.requestRate, forecast.emptyShare, subject.feedTime)
        let empty = Bounded(
            counts.total(.empty), low: rate.low * share.low * time, high: rate.high * share.high * time + early)
        add("empty_responses", Allowance.emptyAnswers.around(empty) * clients, forecast.formulas.empty)
        add(
            "items_per_response", Allowance.batches.around(forecast.itemsPerResponse), forecast.formulas.batches)
    }

    private mutating func addBytes(_ plans: BytePlans) {
        let (clients, items) = (clients, counts.total(.item))
        func total(_ value: (LayerBytes) -> Double) -> Bounded { plans.bounded(value) * clients }
        add("payload_bytes_total", total(\.payload), .layerBytes)
        add("overhead_bytes_total", total(\.overhead), .layerBytes)
        if items >= 0.5 {
            let perItem = plans.perItem(\.overhead)
            add("overhead_bytes_per_item", perItem, .layerBytes)
        }
        add("bytes_per_client_s", plans.perSecond, .layerBytes)
        if subject.encrypts { return }
        add("setup_bytes_total", total(\.setup), .layerBytes)
        for direction in Direction.allCases {
            add("tcp_payload_bytes_\(direction.rawValue)", total { $0.tcpPayload(direction) }, .layerBytes)
        }
        addWire(plans)
        // All of them, so that a layer without bytes differs from one that no formula gives.
        for place in LayerBytes.places {
            add(place.name, total { $0[place] }, .layerBytes)
        }
    }

    private mutating func addWire(_ plans: BytePlans) {
        let estimate = SegmentEstimate(subject, forecast)
        let headers = plans.all.map { estimate.headers(of: $0.counts, $0.bytes) }
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
        /// TCP payload per second of the measurement.
        let perSecond: Double
    }

    /// Few, as expected, many.
    let all: [Plan]

    /// The fewest items from which a figure per item can be measured.
    private let fewest: Plan

    var middle: Plan { all[1] }

    init(_ subject: PredictedCase, _ middle: MessageCounts, _ published: Bounded) {
        let model = ByteModel(subject.sizes, encrypts: subject.encrypts)
        func plan(_ items: Double) -> Plan {
            var subject = subject
            subject.feed.rate *= published.value > 0 ? max(items, 1e-6) / published.value : 1
            let messages = subject.messages(subject.forecast, subject.feed)
            let counts = items == published.value ? middle : messages.counts
            return Plan(
                counts: counts, bytes: model.bytes(of: counts),
                perSecond: model.bytes(of: messages.measured).tcpPayload / (subject.feedTime - subject.warmup))
        }
        all = [plan(published.low), plan(published.value), plan(published.high)]
        fewest = published.low >= 1 ? all[0] : plan(min(1, published.value))
    }

    /// TCP payload per second of the measurement.
    var perSecond: Bounded { spread(all.map(\.perSecond)) }

    func bounded(_ value: (LayerBytes) -> Double) -> Bounded {
        spread(all.map { value($0.bytes) })
    }

    func perItem(_ value: (LayerBytes) -> Double) -> Bounded {
        spread(([fewest] + all[1...]).map { value($0.bytes) / max(1e-9, $0.counts.total(.item)) })
    }

    private func spread(_ values: [Double]) -> Bounded {
        Allowance.bytes.around(Bounded(values[1], low: values.min() ?? 0, high: values.max() ?? 0))
    }
}
