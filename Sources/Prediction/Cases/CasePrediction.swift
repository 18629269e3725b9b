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
        package let unit: String?
        package let value: Bounded
        package let formula: Formula
    }

    package let caseID: String
    package let figures: [Figure]
    package let forecast: Forecast
    /// Messages of one client in the whole run.
    package let messages: MessageCounts
    /// Bytes of one client in the whole run; `nil` where a proxy, HTTP/2 or compression decides them.
    package let bytes: LayerBytes?

    package subscript(quantity: String) -> Figure? { figures.first { $0.quantity == quantity } }

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
    package var id: String
    package var type: any ClientTransport.Type
    package var options: TransportOptions
    package var feed: FeedForecast
    package var link: LinkForecast
    package var clients: Double
    /// From the first item to the last.
    package var feedTime: Double
    /// Time before the first item in which clients connect and may ask, without what they need to start.
    package var leadTime: Double
    /// Whether clients come and go, read slowly or lose their server, which no formula covers.
    package var isStrained = false
    /// The value of `Host`.
    package var authority = "127.0.0.1:40000"

    package init(
        id: String, type: any ClientTransport.Type, options: TransportOptions, feed: FeedForecast, link: LinkForecast,
        clients: Double, feedTime: Double, leadTime: Double = 0
    ) {
        self.id = id
        self.type = type
        self.options = options
        self.feed = feed
        self.link = link
        self.clients = clients
        self.feedTime = feedTime
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
            leadTime: leadTime)
        isStrained = experimentCase.strain != Scenario.Strain()
    }

    /// Whether every byte comes from the encoders that the formulas use: not through a proxy, not compressed, and not
    /// over HTTP/2, whose header compression depends on what was sent before.
    package var hasKnownBytes: Bool {
        !isStrained && options[Intermediary.key] == .direct && !options[HTTPVersion.key].isHTTP2 && !isCompressed
    }

    private var isCompressed: Bool { options.compressesMessages || sizes.compressesAnswers }

    package var encrypts: Bool { options[Encryption.key] }

    package var sizes: MessageSizes {
        MessageSizes(
            type, options: options, payload: Int(feed.payload.rounded()), content: feed.content, authority: authority)
    }

    var conditions: Conditions {
        let sizes = sizes
        let item = sizes.item(cursorDigits: 2, base36Digits: 6)
        let head = sizes.responseHead(cursorDigits: 2, lengthDigits: 3)
        return Conditions(
            feed: feed, link: link, clients: clients, encrypts: encrypts,
            itemBytes: Double(item.tcpPayloadBytes(.down)), headBytes: Double(head.tcpPayloadBytes(.down)))
    }

    package var forecast: Forecast {
        switch type.pacing {
        case .clientInterval: .shortPoll(options, conditions)
        case .serverHold: .longPoll(options, conditions)
        case .feed: .push(conditions)
        case .messages: .echo(conditions, isPost: type.client.isMadeOfExchanges)
        }
    }
}
