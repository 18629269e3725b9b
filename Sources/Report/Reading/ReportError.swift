import Host
import ResultFiles

/// Why a folder cannot be read or two cannot be compared, in one sentence.
package enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder lacks a file that every run writes.
    case missingFile(String)
    case unreadableFile(FileFault)
    /// Not CSV, a foreign or missing column, or a value that is not its column's; with file and line.
    case malformed(CSVError)
    case manifest(ManifestError)
    /// `summary.csv` has no row.
    case noRows(String)
    /// The folders' scenarios have different texts.
    case differentScenarios(String, String)

    package var description: String {
        switch self {
        case .missingFile(let path):
            "\(path) is missing; a run's folder has summary.csv, layers.csv and timeline.csv"
        case .unreadableFile(let fault): fault.description
        case .malformed(let error): error.description
        case .manifest(let error): error.description
        case .noRows(let path): "\(path) has no row: no case of the run came to its end"
        case .differentScenarios(let first, let second):
            "the folders are runs of different scenarios, \(first) and \(second); only runs of the same text compare"
        }
    }
}

extension FileFault {
    /// ENOENT or ENOTDIR; the numbers are the same on every Linux.
    var isMissing: Bool { errorNumber == 2 || errorNumber == 20 }
}
