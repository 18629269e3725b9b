import Measurement
import Scenario

/// The command line of the feeder of a case, without the place where the items go: `pushlab feed`. The items and their
/// due times are those that a PushLab server would publish in the same case.
struct FeederArguments {
    let feed: Scenario.Feed
    let subject: MeasuredCase
    var recordings = RecordingPlaces()

    /// - Parameter executable: The path of `pushlab`.
    /// - Returns: The command line, the program first.
    func command(_ executable: String) -> [String] {
        let timing = subject.timing
        return [
            executable, "feed", feed.sourceText(in: recordings), "--until-stdin-closes", "--seed", "\(subject.seed)",
            "--feed-delay", timing.lead.quantityText, "--duration",
            timing.feedDuration(pause: subject.longestPause).quantityText,
        ] + feed.options
    }
}

extension PeerServer {
    /// The server of a case.
    ///
    /// - Parameters:
    ///   - program: The third-party server.
    ///   - feeder: The feed of the case.
    ///   - executable: The path of `pushlab`, which has the feeder.
    init(_ program: PeerProgram, feeder: FeederArguments, executable: String) {
        let subject = feeder.subject
        self.init(
            program: program, transport: subject.transport.name, feeder: feeder.command(executable),
            clients: subject.timing.clients
                + subject.strain.additionalConnections(clients: subject.timing.clients))
    }
}
