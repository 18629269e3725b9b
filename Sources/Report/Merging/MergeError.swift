import Measurement

/// Why run folders cannot be merged, in one sentence.
package enum MergeError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(ReportError)
    case noManifest(String)
    case incomplete(manifest: String, reason: String)
    /// `summary.csv` has a run that another file lacks.
    case missingRun(file: String, run: String)
    /// Another file has a run that `summary.csv` lacks.
    case unknownRun(file: String, run: String)
    case unreadableLog(String, HistogramLogError)
    case sampleCountMismatch(log: String, samples: Int, expected: Int)
    case differentScenarios(String, String)
    case differentSettings(String, String, caseID: String, differences: [String])
    case differentFaults(String, String)
    case differentRecordings(String, String)
    /// A third-party server with different texts of `peer.yaml`.
    case differentServers(String, String, name: String)
    case givenTwice(run: String, String, String)
    /// The folder of a search for the capacity.
    case search(String)
    /// A condition of `checks.csv` that this version of the program does not read.
    case unreadableCondition(String, condition: String, reason: String)
    /// Claims that cannot be compared with the results again.
    case unknownClaims(String, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .noManifest(let path):
            "\(path) is missing; merge needs it to identify the run and to check that it is complete"
        case .incomplete(let manifest, let reason):
            "\(manifest): the run is incomplete: \(reason); to merge it anyway, use --allow-incomplete"
        case .missingRun(let file, let run):
            "\(file) is missing or incomplete: it has no data of \(run), which is in summary.csv"
        case .unknownRun(let file, let run): "\(file) has data of \(run), which is not in summary.csv"
        case .unreadableLog(let path, let error): "\(path): \(error)"
        case .sampleCountMismatch(let log, let samples, let expected):
            "\(log) has \(samples) delays, but latency_samples in summary.csv is \(expected)"
        case .differentScenarios(let first, let second):
            "\(first) and \(second) are runs of different scenarios; merge needs runs of the same scenario text"
        case .differentSettings(let first, let second, let caseID, let differences):
            "\(first) and \(second) differ in the settings of \(caseID): \(differences.joined(separator: ", ")); "
                + "merge needs runs with the same settings"
        case .differentFaults(let first, let second):
            "\(first) and \(second) have different deliberate faults; merge needs runs with the same faults"
        case .differentRecordings(let first, let second):
            "\(first) and \(second) replay different recordings (SHA-256 in manifest.json); "
                + "merge needs runs of the same items"
        case .differentServers(let first, let second, let name):
            "\(first) and \(second) have different descriptions of \(name) (SHA-256 of peer.yaml in manifest.json); "
                + "merge needs runs of the same servers"
        case .givenTwice(let run, let first, let second):
            "\(run) is in \(first) and in \(second); merge takes each run only once"
        case .search(let file):
            "\(file) has a search for the capacity, whose steps depend on each other; merge takes runs of scenarios. "
                + "Compare the answers of several searches instead"
        case .unreadableCondition(let file, let condition, let reason):
            "\(file) has the condition \"\(condition)\", which cannot be judged again: \(reason); move the file away "
                + "to merge without it"
        case .unknownClaims(let file, let reason):
            "\(file) has claims that cannot be compared with the merged results: \(reason); move the file away to "
                + "merge without it"
        }
    }
}
