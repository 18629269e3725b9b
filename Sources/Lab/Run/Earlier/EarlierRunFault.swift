import Host
import ResultFiles
import Scenario

/// Why a run cannot be resumed or repeated, in one sentence.
package enum EarlierRunFault: Error, CustomStringConvertible {
    /// There is no `manifest.json`.
    case notRun(String)
    case unreadable(FileFault)
    case manifest(ManifestError)
    case merged(String)
    /// A search for the capacity.
    case search(String)
    /// Its manifest has no options.
    case noOptions(String)
    /// A scenario, or an order of cases, that this version of the program reads differently.
    case otherMeaning(String, String)
    case recordingLost(String, isMissing: Bool, folder: String)
    /// The scenario on the command line is not that of the run.
    case otherScenario(String, scenario: String)
    /// Machine or versions differ, so that rows would not be comparable.
    case otherMachine(String, differences: [String])
    case tables(String)
    case busy(String)

    /// Names the folder or file, the reason, and where possible what to do.
    package var description: String {
        switch self {
        case .notRun(let folder):
            "\(folder) is not the folder of a run: it has no manifest.json"
        case .unreadable(let fault): fault.description
        case .manifest(let error): error.description
        case .merged(let folder):
            "\(folder) was merged from several runs; resume or repeat one of those"
        case .search(let folder):
            "\(folder) is a search of 'pushlab capacity', which is not resumed or repeated from its folder; start it "
                + "again"
        case .noOptions(let folder):
            "\(folder)/manifest.json does not list the options of the run: it is a run of 'pushlab load', or of an "
                + "earlier version of pushlab; start a new run of its scenario"
        case .otherMeaning(let folder, let reason):
            "this version of pushlab cannot repeat the run in \(folder): \(reason)"
        case .recordingLost(let path, let isMissing, let folder):
            "\(path) \(isMissing ? "does not exist" : "has changed since the run"), and \(folder) has no copy of what "
                + "the run replayed; restore the file"
        case .otherScenario(let folder, let scenario):
            "\(folder) is a run of another scenario than \(scenario) with these options; leave out the scenario to "
                + "resume the run as it began"
        case .otherMachine(let folder, let differences):
            "\(folder) cannot go on here: \(differences.joined(separator: "; ")). "
                + "'pushlab run --again \(folder)' repeats the whole run here"
        case .tables(let sentence): sentence
        case .busy(let folder):
            "\(folder) is in use by another pushlab; wait until it has ended"
        }
    }
}
