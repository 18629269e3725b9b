import Host
import ResultFiles

/// Why a run folder cannot be read, or why two cannot be compared, in one sentence.
package enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file that every run writes.
    case missingFile(String)
    case unreadableFile(FileFault)
    /// Invalid CSV, an unknown or missing column, or a value that its column does not allow; with file and line.
    case malformed(CSVError)
    case manifest(ManifestError)
    /// `summary.csv` has no row.
    case noRows(String)
    /// The scenario texts differ.
    case differentScenarios(String, String)

    package var description: String {
        switch self {
        case .missingFile(let path):
            "\(path) is missing; a run folder has summary.csv, layers.csv and timeline.csv"
        case .unreadableFile(let fault): fault.description
        case .malformed(let error): error.description
        case .manifest(let error): error.description
        case .noRows(let path): "\(path) has no rows: no case of the run finished"
        case .differentScenarios(let first, let second):
            "the runs are of different scenarios: \(first) and \(second); compare needs runs of the same scenario text"
        }
    }
}

extension FileFault {
    /// ENOENT or ENOTDIR; these numbers are the same on every Linux architecture.
    var isMissing: Bool { errorNumber == 2 || errorNumber == 20 }
}
