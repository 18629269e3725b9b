import Feed
import Host
import Measurement
import Prediction
import ResultFiles
import Scenario
import Transports

/// What the formulas predict for the cases of a scenario.
package struct ScenarioForecast {
    private let recordings: [String: [String: (rate: Double, payload: Double)]]

    /// Reads the scenario's recordings for their rates and sizes.
    package init(_ scenario: Scenario) {
        var known: [String: [String: (rate: Double, payload: Double)]] = [:]
        for experimentCase in scenario.cases {
            guard case .replay(let path) = experimentCase.feed.source, known[path]?[experimentCase.feed.id] == nil
            else {
                continue
            }
            known[path, default: [:]][experimentCase.feed.id] = Self.facts(
                path, experimentCase.feed, within: experimentCase.feedTime.seconds)
        }
        recordings = known
    }

    /// - Parameters:
    ///   - experimentCase: Of the scenario.
    ///   - clients: Instead of the scenario's number; any number.
    /// - Returns: `nil` if nothing can be said of the feed, or for a third-party server.
    package func prediction(of experimentCase: Scenario.Case, clients: Double? = nil) -> CasePrediction? {
        subject(of: experimentCase, clients: clients).map { $0.prediction() }
    }

    /// The case as the formulas need it.
    func subject(of experimentCase: Scenario.Case, clients: Double? = nil) -> PredictedCase? {
        // The formulas have the bytes of PushLab's own encoders.
        if experimentCase.server != Scenario.ownServer { return nil }
        var recorded: (rate: Double, payload: Double)?
        if case .replay(let path) = experimentCase.feed.source { recorded = recordings[path]?[experimentCase.feed.id] }
        let use = experimentCase.transport
        let middleboxes = MiddleboxChain(for: experimentCase)
        let timing = CaseTiming(
            warmup: experimentCase.warmup, duration: experimentCase.duration, clients: experimentCase.clients,
            encrypts: use.encrypts, middleboxStart: middleboxes.startTime, network: experimentCase.network)
        return PredictedCase(
            experimentCase, recorded: recorded, clients: clients,
            leadTime: (timing.lead - timing.startDelay).seconds)
    }

    /// The rows of `predictions.csv`.
    package func rows(_ scenario: Scenario, runID: String) -> [PredictionRow] {
        scenario.cases.flatMap { prediction(of: $0)?.rows(runID: runID) ?? [] }
    }

    /// Rate and mean size of the items that a replay has within a time.
    private static func facts(
        _ path: String, _ feed: Scenario.Feed, within seconds: Double
    ) -> (rate: Double, payload: Double)? {
        let period = (feed.rate ?? ItemRate(items: 10, per: .seconds(1))).period
        guard let recording = try? RecordingFile.load(path),
            var replay = try? recording.replay(
                periodMicroseconds: Double(period.nanoseconds) / 1_000, speed: feed.speed ?? 1)
        else { return nil }
        var (items, bytes) = (0, 0)
        while let item = replay.next(), Double(item.dueMicroseconds) / 1e6 < seconds {
            items += 1
            bytes += item.payloadBytes
        }
        return items == 0 ? nil : (Double(items) / seconds, Double(bytes) / Double(items))
    }
}
