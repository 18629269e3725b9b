import Feed
import Host
import Measurement
import Scenario

/// The recordings that a scenario replays, checked before anything runs.
package enum ScenarioRecordings {
    /// Reads every recording and plans its replay, as the server will.
    ///
    /// - Throws: ``ScenarioErrors``: what is wrong with a recording, and where the scenario names it.
    package static func check(_ scenario: Scenario) throws(ScenarioErrors) {
        for feed in scenario.feeds {
            guard case .replay(let path) = feed.source else { continue }
            do {
                try check(feed, path, lasting: (scenario.warmup + scenario.duration).seconds)
            } catch {
                guard let place = scenario.recordingPlaces[path] else {
                    preconditionFailure("the scenario names its recordings")
                }
                throw ScenarioErrors(errors: [ScenarioError(at: place, "\(error)")])
            }
        }
    }

    private static func check(_ feed: Scenario.Feed, _ path: String, lasting needed: Double) throws {
        let recording = try RecordingFile.load(path)
        let period = (feed.rate ?? ItemRate(items: 10, per: .seconds(1))).period
        let replay = try recording.replay(
            periodMicroseconds: Double(period.nanoseconds) / 1_000, speed: feed.speed ?? 1)
        let lasts = Double(replay.lastDue ?? 0) / 1e6
        if lasts < needed {
            throw CaseFault.replayTooShort(file: path, lastsSeconds: lasts, neededSeconds: needed)
        }
    }
}
