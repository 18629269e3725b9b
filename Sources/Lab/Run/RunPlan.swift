import Report
import ResultFiles
import Scenario

/// The programs that a run starts.
package struct Executables: Sendable {
    /// Path of `pushlab-server`, which each run of a case starts again.
    let server: String
    /// Path of this program, which runs again as load process.
    let pushlab: String

    /// Takes paths of programs that exist; `pushlab` looks for both in its own folder.
    package init(server: String, pushlab: String) {
        self.server = server
        self.pushlab = pushlab
    }
}

/// Settings from the command line that apply to every run.
package struct RunSettings: Sendable {
    /// The run's folder; `nil` for `Results/<scenario>/<UTC>-<seed>`.
    package var out: String?
    /// As typed; the manifest has it, without secrets.
    package var commandLine: [String]
    /// The programs that are measured, and whose versions the manifest has.
    package var executables: Executables
    /// Whether WebSocket keys and masks come from the seed, so that a replay sends the same bytes.
    package var seedsMasks: Bool
    /// How the packets of each case are recorded; `nil` if they are not.
    package var recording: (any PacketRecording)?
    /// Receives the progress of each run of a case.
    package var progress: any RunProgress
    /// Conditions of the command line on the results.
    package var checks: [ResultCheck] = []
    /// The load processes.
    package var spread = LoadSpread.one
    /// Where the servers of a scenario run.
    package var serverPlace = ServerPlace.here
    /// How much the clocks of server and clients may differ; `nil` for half of the median latency of a row.
    package var clockTolerance: Duration?

    /// Settings without packet recording and conditions.
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

        var run: PlannedRun { PlannedRun(measurement.subject.id, repetition: measurement.subject.repetition) }
    }

    let scenario: Manifest.ScenarioRecord
    let seed: UInt64
    /// In the order of execution.
    var steps: [Step]
    /// Cases in the order of their rows.
    var rowOrder: [String]
    var recordings: KeptRecordings?
    /// The third-party servers that the scenario names; `nil` without any.
    var peers: [Manifest.PeerRecord]?
    var faults = DeliberateFaults()
    /// Conditions on the results.
    var checks: [ResultCheck] = []
    /// What the formulas predict for the cases; the run fills in its own identifier.
    var predictions: [PredictionRow] = []
    /// Published claims that the scenario replays.
    var claims: [PublishedClaim] = []
    /// Decides what follows when all steps have ended.
    var source: any StepSource = NoFurtherSteps()
    /// Number of steps and time if they are not known before the run; `nil` if they are.
    var expectation: (steps: Int, estimate: Duration)?
    /// Further groups for the manifest's `environment`.
    var facts: [String: [String: String]] = [:]
    /// For the manifest; `nil` unless it is a run of a scenario.
    var options: Manifest.RunOptions?
    /// The id of the run that this one repeats.
    var repeatsRun: String?
    /// Whether an interruption leaves nothing of use: one step, which does not go on later.
    var isSingleMeasurement = false
}

/// What became of a run's folder.
package enum FolderEnd: Sendable {
    /// It has the files of the run.
    case kept
    /// A single measurement was interrupted: the folder, which the run had made, was removed.
    case removed
    /// The same, but the folder has files that the run did not write. Only those are left.
    case hasOtherFiles
}

/// How a run ended.
package struct RunEnding: Sendable {
    /// The path of the run's folder, which has all files.
    package let folder: String
    /// What became of the folder.
    package var folderEnd = FolderEnd.kept
    /// What was measured, also by an interrupted run.
    package let results: RunResults
    /// As in `manifest.json` at the end.
    package let manifest: Manifest
    /// Failed checks, one sentence each; empty if all checks passed.
    package let complaints: [String]
    /// The verdict of each condition on the results.
    package let checks: [CheckRow]
    /// The answers of a search for the capacity; empty for other runs.
    package let capacity: [CapacityFinding]
    /// The verdict on each published claim.
    package let claims: [ClaimRow]
    /// Whether a signal ended it before its last step; the steps before it are complete.
    package let wasInterrupted: Bool
}
