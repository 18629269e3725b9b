import Measurement

/// Why folders cannot be merged, in one sentence.
package enum MergeError: Error, Equatable, Sendable, CustomStringConvertible {
    case unreadable(ReportError)
    case noManifest(String)
    case incomplete(manifest: String, reason: String)
    /// `summary.csv` tells of a run that another file lacks.
    case missingRun(file: String, run: String)
    /// Another file tells of a run that `summary.csv` lacks.
    case foreignRun(file: String, run: String)
    case unreadableLog(String, HistogramLogError)
    case otherSampleCount(log: String, samples: Int, expected: Int)
    case differentScenarios(String, String)
    case differentSettings(String, String, caseID: String, differences: [String])
    case differentFaults(String, String)
    case differentRecordings(String, String)
    case givenTwice(run: String, String, String)

    package var description: String {
        switch self {
        case .unreadable(let error): error.description
        case .noManifest(let path):
            "\(path) is missing; only with it is it known which run this is and whether it is whole"
        case .incomplete(let manifest, let reason):
            "\(manifest): the run is not complete: \(reason); --allow-incomplete merges what there is"
        case .missingRun(let file, let run): "\(file) is half a run: it lacks \(run), which summary.csv has"
        case .foreignRun(let file, let run): "\(file) has \(run), which summary.csv lacks"
        case .unreadableLog(let path, let error): "\(path): \(error)"
        case .otherSampleCount(let log, let samples, let expected):
            "\(log) holds \(samples) delays; latency_samples in summary.csv says \(expected)"
        case .differentScenarios(let first, let second):
            "\(first) and \(second) are runs of different scenarios; only runs of the same text merge"
        case .differentSettings(let first, let second, let caseID, let differences):
            "\(first) and \(second) differ in the settings of \(caseID): \(differences.joined(separator: ", "))"
        case .differentFaults(let first, let second):
            "\(first) and \(second) differ in the faults made on purpose; only runs with the same ones merge"
        case .differentRecordings(let first, let second):
            "\(first) and \(second) replay different recordings (SHA-256 in manifest.json); "
                + "only runs of the same items merge"
        case .givenTwice(let run, let first, let second): "\(run) is in \(first) and in \(second); a run counts once"
        }
    }
}
