import Feed
import Host
import Measurement
import Scenario

/// The recordings that a scenario replays, checked before anything runs.
package enum ScenarioRecordings {
    /// Reads every recording and plans its replay, as the server will.
    ///
    /// - Throws: ``FileFault``, ``RecordingFault`` or ``CaseFault/replayTooShort(file:lastsSeconds:neededSeconds:)``.
    package static func check(_ scenario: Scenario) throws {
        let needed = (scenario.warmup + scenario.duration).seconds
        for feed in scenario.feeds {
            guard case .replay(let path) = feed.source else { continue }
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
}
