import ArgumentParser
import Arguments
import Lab
import Scenario

/// Options of `run` and `validate` that take everything from the folder of an earlier run.
struct EarlierRunOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Go on with the interrupted or failed run in this folder: valid runs of cases stay as they are, the others \
            are measured, with the same order, seeds and options.
            """, valueName: "folder"))
    var resume: String?

    @Option(
        help: ArgumentHelp(
            """
            Repeat the run in this folder, here or on another machine: the same scenario, options, order, seeds and \
            recordings, into a new folder. Says what differs: machine, kernel, revision, versions.
            """, valueName: "folder"))
    var again: String?

    var isGiven: Bool { resume != nil || again != nil }
    var name: String { resume == nil ? "--again" : "--resume" }

    func validate() throws {
        if resume != nil, again != nil {
            throw ValidationError(
                "--again is given with --resume; allowed is one: --resume goes on with a run, --again begins a new one")
        }
    }

    /// - Parameter scenario: The scenario on the command line, which must be that of the run; `nil` for none.
    /// - Returns: What to run.
    /// - Throws: ``Failure`` with exit code 2.
    func request(checking scenario: String?) throws -> RunRequest {
        do throws(EarlierRunFault) {
            let installed = (try? Executables.own()).map { InstalledScenarios(program: $0).peers }
            let earlier = try EarlierRun(folder: resume ?? again ?? "", installedPeers: installed)
            if let scenario, let file = try? ScenarioFile(scenario, overrides: []) {
                try earlier.check(text: file.text, named: scenario)
            }
            return resume == nil ? .again(earlier) : .resume(earlier)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}
