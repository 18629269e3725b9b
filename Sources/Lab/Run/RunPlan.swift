import ResultFiles

/// The programs that a run starts.
package struct Executables: Sendable {
    package let server: String
    let pushlab: String

    package init(server: String, pushlab: String) {
        self.server = server
        self.pushlab = pushlab
    }
}

/// Settings from the command line that apply to every run.
package struct RunSettings: Sendable {
    /// The run's folder; `nil` for `Results/<scenario>/<UTC>-<seed>`.
    package var out: String?
    package var commandLine: [String]
    var executables: Executables
    /// Whether WebSocket keys and masks come from the seed, so that a replay sends the same bytes.
    package var seedsMasks: Bool
    /// How the packets of each case are recorded; `nil` if they are not.
    package var recording: (any PacketRecording)?
    package var progress: any RunProgress

    package init(
        out: String?, commandLine: [String], executables: Executables, seedsMasks: Bool, progress: any RunProgress
    ) {
        self.out = out
        self.commandLine = commandLine
        self.executables = executables
        self.seedsMasks = seedsMasks
        self.progress = progress
    }
}

/// The steps of a run and what they need.
struct RunPlan: Sendable {
    /// One run of one case.
    struct Step: Sendable {
        let measurement: CaseMeasurement
        let label: String
        let estimate: Duration
        /// Maximum number of attempts if the machine disturbs them; the last one always counts.
        var attempts = 1
    }

    let scenario: Manifest.ScenarioRecord
    let seed: UInt64
    /// In the order of execution.
    let steps: [Step]
    /// Cases in the order of their rows.
    let rowOrder: [String]
    var recordings: KeptRecordings?
    var faults = DeliberateFaults()
}

/// How a run ended.
package struct RunEnding: Sendable {
    package let folder: String
    package let results: RunResults
    package let manifest: Manifest
    /// Failed checks, one sentence each; empty if all checks passed.
    package let complaints: [String]
    package let wasInterrupted: Bool
}
