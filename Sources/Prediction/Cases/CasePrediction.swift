import Measurement
import ResultFiles
import Scenario
import Transports
import WireAccounting

/// What the formulas predict for one case.
package struct CasePrediction: Sendable {
    /// A quantity with its formula; the unit is that of the column.
    package struct Figure: Sendable, Equatable {
        /// A column of `summary.csv`, or direction and layer.
        package let quantity: String
        /// `nil` for counts and ratios.
        package let unit: String?
        /// In the unit; for all clients together, unless the column says otherwise.
        package let value: Bounded
        /// What gave the value; interval ends may add an ``Allowance``.
        package let formula: Formula
    }

    /// As in `summary.csv`.
    package let caseID: String
    /// In the order of the columns; each quantity once.
    package let figures: [Figure]
    /// Delays and rates that the figures come from.
    package let forecast: Forecast
    /// Messages of one client in the whole run.
    package let messages: MessageCounts
    /// Bytes of one client in the whole run; `nil` where a proxy, HTTP/2 or compression decides them.
    package let bytes: LayerBytes?

    /// The figure of a column; `nil` if no formula gives it.
    package subscript(quantity: String) -> Figure? { figures.first { $0.quantity == quantity } }

    /// Rows of `predictions.csv`. Exact values have no ends.
    package func rows(runID: String) -> [PredictionRow] {
        figures.map { figure in
            var row = PredictionRow()
            (row.runID, row.caseID, row.quantity) = (runID, caseID, figure.quantity)
            row.quantityUnit = figure.unit
            row.value = figure.value.value
            if !figure.value.isExact { (row.low, row.high) = (figure.value.low, figure.value.high) }
            row.formula = figure.formula.id
            return row
        }
    }
}

/// The case of a scenario, or of `pushlab advise`, as the formulas need it.
package struct PredictedCase: Sendable {
    /// Names the case in the prediction.
    package var id: String
    /// The transport.
    package var type: any ClientTransport.Type
    /// Every option of the transport.
    package var options: TransportOptions
    /// What is published.
    package var feed: FeedForecast
    /// The network.
    package var link: LinkForecast
    /// At least 1.
    package var clients: Double
    /// From the first item to the last.
    package var feedTime: Double
    /// The part of it before the measurement.
    package var warmup: Double
    /// Time before the first item in which clients connect and may ask, without what they need to start.
    package var leadTime: Double
    /// Whether clients come and go, read slowly or lose their server, which no formula covers.
    package var isStrained = false
    /// Whether the servers are behind a proxy in any case, whatever the options say.
    package var isScaledOut = false
    /// The value of `Host`.
    package var authority = "127.0.0.1:40000"

    /// Times in seconds. `feedTime` includes `warmup`, `leadTime` comes before both.
    package init(
        id: String, type: any ClientTransport.Type, options: TransportOptions, feed: FeedForecast, link: LinkForecast,
        clients: Double, feedTime: Double, warmup: Double = 0, leadTime: Double = 0
    ) {
        self.id = id
        self.type = type
        self.options = options
        self.feed = feed
        self.link = link
        self.clients = clients
        self.feedTime = feedTime
        self.warmup = warmup
        self.leadTime = leadTime
    }

    /// For a case of a scenario; `nil` if its feed is not known.
    ///
    /// - Parameters:
    ///   - experimentCase: Of a scenario.
    ///   - recorded: Rate and mean size of its recording, if the feed is a replay.
    ///   - clients: Instead of the scenario's number; any number.
    ///   - leadTime: See ``leadTime``.
    package init?(
        _ experimentCase: Scenario.Case, recorded: (rate: Double, payload: Double)?, clients: Double? = nil,
        leadTime: Double
    ) {
        guard let feed = FeedForecast(experimentCase.feed, recorded: recorded) else { return nil }
        self.init(
            id: experimentCase.id, type: experimentCase.transport.type, options: experimentCase.transport.options,
            feed: feed, link: experimentCase.network.map { LinkForecast($0.settings) } ?? LinkForecast(),
            clients: clients ?? Double(experimentCase.clients), feedTime: experimentCase.feedTime.seconds,
            warmup: experimentCase.warmup.seconds, leadTime: leadTime)
        isScaledOut = experimentCase.scaleOut != nil
        isStrained = experimentCase.strain.changesDeliveries || mayMiss(experimentCase.strain.history)
    }

    /// Whether the server keeps so few items that a client that asks too late misses some.
    private func mayMiss(_ history: Int?) -> Bool {
        guard let history, type.pacing == .clientInterval else { return false }
        return feed.rate * options[ShortPolling.interval].seconds * 2 > Double(history)
    }

    /// Whether every byte comes from the encoders that the formulas use: not through a proxy, not compressed, and not
    /// over HTTP/2, whose header compression depends on what was sent before.
    package var hasKnownBytes: Bool {
        !isStrained && !isBehindProxy && !options[HTTPVersion.key].isHTTP2 && !isCompressed
    }

    private var isBehindProxy: Bool { isScaledOut || options[Intermediary.key] != .direct }

    private var isCompressed: Bool { options.compressesMessages || sizes.compressesAnswers }

    /// Whether the connections use TLS 1.3.
    package var encrypts: Bool { options[Encryption.key] }

    /// Sizes of the messages, from the encoders of the transport.
    package var sizes: MessageSizes {
        MessageSizes(
            type, options: options, payload: Int(feed.payload.rounded()), content: feed.content, authority: authority)
    }

    var conditions: Conditions {
        let isHTTP2 = options[HTTPVersion.key].isHTTP2
        // Near enough for delays: items as over HTTP/1.1 in a DATA frame (RFC 9113 §4.1), and headers at most as large.
        var plain = self
        plain.options[HTTPVersion.key] = .one
        let sizes = (isHTTP2 ? plain : self).sizes
        let item = sizes.item(cursorDigits: 2, base36Digits: 6)
        let head = sizes.responseHead(cursorDigits: 2, lengthDigits: 3)
        let request = sizes.request(cursorDigits: 2)
        var conditions = Conditions(
            feed: feed, link: link, clients: clients, encrypts: encrypts,
            itemBytes: Double(item.tcpPayloadBytes(.down)) + (isHTTP2 ? 9 : 0),
            headBytes: Double(head.tcpPayloadBytes(.down)))
        conditions.requestBytes = Double(request.tcpPayloadBytes(.up))
        conditions.measuredItems = feed.rate * max(0, feedTime - warmup)
        return conditions
    }

    /// Delays and rates; no bytes.
    package var forecast: Forecast {
        switch type.pacing {
        case .clientInterval: .shortPoll(options, conditions)
        case .serverHold: .longPoll(options, conditions)
        case .feed: .push(conditions)
        case .messages: type.client.isMadeOfExchanges ? .post(conditions) : .echo(conditions)
        }
    }

    /// Whether formulas give delays.
    var hasKnownDelays: Bool {
        if link.isUnpredictable || isStrained || isHeldByProxy { return false }
        // How many segments the messages of all clients become depends on timing, and a lost one stalls all of them.
        if options[HTTPVersion.key] == .twoShared, link.isLossy || link.isLimited { return false }
        // Compressed bytes depend on the content, and on a line with a bandwidth they are time.
        return !(link.isLimited && isCompressed)
    }

    /// A proxy that buffers forwards a stream when its buffer is full, unless the server forbids that.
    private var isHeldByProxy: Bool {
        options[Intermediary.key].holdsStreams && type.pacing == .feed && options[AccelBuffering.key] != .no
    }
}

extension Scenario.Strain {
    /// Whether clients come and go, read slowly or lose their server.
    fileprivate var changesDeliveries: Bool { lifetime != nil || restart != nil || slow != nil }
}
