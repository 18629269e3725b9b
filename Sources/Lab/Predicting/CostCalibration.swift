import Host
import Prediction
import ResultFiles
import Scenario
import Transports

/// Measures on this machine what requests and pushed messages cost the server: a run of two cases in a temporary
/// folder.
package enum CostCalibration {
    private static let text = """
        name: calibration
        feeds: [{source: synthetic, rate: 20/s, payload: 128B}]
        clients: 100
        transports: [{use: \(ShortPolling.name), interval: 100ms}, {use: \(WebSocketPush.name)}]
        warmup: 1s
        duration: 4s
        """

    /// Time that it takes, about.
    package static let seconds = 13

    /// - Parameter settings: With a folder that does not exist; the caller removes it.
    /// - Returns: `nil` if the run gave no valid processor times.
    /// - Throws: What a run throws.
    package static func measure(_ settings: RunSettings) async throws -> ServerCosts? {
        let scenario = try Scenario(text: text, file: "calibration")
        let ending = try await Runner(ScenarioRun(scenario, text: text), settings: settings).run()
        func row(_ transport: String) -> SummaryRow? {
            ending.results.summary.first { $0.transport == transport && $0.hasValidTimes }
        }
        guard let poll = row(ShortPolling.name), let push = row(WebSocketPush.name),
            let rate = poll.requestsPerClientSecond, rate > 0,
            let perMessage = push.serverCPUMicrosecondsPerItem,
            let user = poll.serverUserCPUSeconds, let system = poll.serverSystemCPUSeconds
        else { return nil }
        let requests = rate * Double(poll.clients) * poll.durationSeconds
        return ServerCosts(perRequest: (user + system) / requests, perMessage: perMessage / 1e6, isMeasured: true)
    }
}
