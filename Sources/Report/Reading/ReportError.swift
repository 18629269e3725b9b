import Host
import Measurement
import ResultFiles

/// Why a run folder cannot be read, or why two cannot be compared, in one sentence.
package enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file that every run writes.
    case missingFile(String)
    /// A file in place of a folder.
    case notFolder(String)
    /// A folder that has the folders of runs below it; the newest last.
    case folderOfRuns(String, runs: [String])
    case unreadableFile(FileFault)
    /// Invalid CSV, an unknown or missing column, or a value that its column does not allow; with file and line.
    case malformed(CSVError)
    case manifest(ManifestError)
    /// `summary.csv` has no row.
    case noRows(String)
    /// No row is there: why not.
    case noResults(String, String)
    /// The scenario texts differ.
    case differentScenarios(String, String)

    /// A name that is neither a transport, a label, a server nor the id of a case of the run.
    case noCase(String, String, known: [String])
    /// A name of several comparable cases.
    case severalCases(String, [String])
    /// Two cases that are never under the same condition.
    case incomparable(String, String)

    package var description: String {
        switch self {
        case .missingFile(let path):
            "\(path) is missing; the folder of a run has this file"
        case .notFolder(let path): "\(path) is a file; give the folder of a run, which has summary.csv"
        case .folderOfRuns(let path, let runs):
            "\(path) is not the folder of a run; the runs are below it: \(runs.count > 3 ? "…, " : "")"
                + runs.suffix(3).joined(separator: ", ")
        case .unreadableFile(let fault): fault.description
        case .malformed(let error): error.description
        case .manifest(let error): error.description
        case .noRows(let path): "\(path) has no rows: no case of the run finished"
        case .noResults(let folder, let reason): "\(folder) has no results yet: \(reason)"
        case .differentScenarios(let first, let second):
            "\(first) and \(second) are runs of different scenarios; compare needs runs of the same scenario text"
        case .noCase(let name, let path, let known):
            "\(path) has no case named \(name.prefix(64)); allowed \(known.distinct().joined(separator: ", ")) and "
                + "the ids of cases\(Spelling.suggestion(for: name, among: known))"
        case .severalCases(let name, let ids):
            "\(name) names several cases: \(ids.joined(separator: ", ")); give a label or an id"
        case .incomparable(let first, let second):
            "\(first) and \(second) are never two cases that differ only in the transport and its options, or only in "
                + "the server; give the ids of two cases"
        }
    }
}
