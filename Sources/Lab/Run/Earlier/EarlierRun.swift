import Expressions
import Host
import Report
import ResultFiles
import Scenario

/// A run of a scenario that is read from its folder, to go on with it or to repeat it.
package struct EarlierRun: Sendable {
    /// Its path as given, without a slash at the end.
    package let folder: String
    let manifest: Manifest
    /// The scenario as the run read it, with its cases.
    package let scenario: Scenario
    let options: Manifest.RunOptions
    let order: RunOrder
    let recordings: RecordingPlaces

    /// - Parameters:
    ///   - folder: The folder's path.
    ///   - installedPeers: The folder of the installed third-party servers; `nil` without one.
    /// - Throws: ``EarlierRunFault``.
    package init(folder: String, installedPeers: String? = nil) throws(EarlierRunFault) {
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        manifest = try Self.manifest(in: self.folder)
        if manifest.mergedRuns != nil { throw .merged(self.folder) }
        if manifest.environment[CapacityRun.factGroup] != nil { throw .search(self.folder) }
        guard let options = manifest.options else { throw .noOptions(self.folder) }
        self.options = options
        // What is started is what is here, never what the manifest says.
        let peers = PeerFolders(nextTo: options.scenarioFile, installed: installedPeers)
        scenario = try Self.scenario(of: manifest, options, peers, in: self.folder)
        guard let order = RunOrder(caseOrder: manifest.caseOrder, of: scenario) else {
            throw .otherMeaning(self.folder, "its manifest lists a case that the scenario does not have now")
        }
        self.order = order
        recordings = try RecordingPlaces(manifest.recordings ?? [], in: self.folder)
    }

    private static func manifest(in folder: String) throws(EarlierRunFault) -> Manifest {
        let path = "\(folder)/manifest.json"
        let text: String
        do throws(FileFault) {
            text = String(decoding: try TextFile.readBytes(path), as: UTF8.self)
        } catch {
            guard error.isMissing else { throw .unreadable(error) }
            throw PathKind(folder) == .missing ? .unreadable(.missing(folder)) : .notRun(folder)
        }
        do throws(ManifestError) {
            return try Manifest(json: text, file: path)
        } catch {
            throw .manifest(error)
        }
    }

    private static func scenario(
        of manifest: Manifest, _ options: Manifest.RunOptions, _ peers: PeerFolders, in folder: String
    ) throws(EarlierRunFault) -> Scenario {
        do {
            return try Scenario(manifest, options, peers: peers)
        } catch {
            throw .otherMeaning(folder, "\(error)")
        }
    }

    /// Checks that a scenario on the command line is that of the run.
    ///
    /// - Parameters:
    ///   - text: The scenario's text.
    ///   - name: The scenario for the error message.
    /// - Throws: ``EarlierRunFault/otherScenario``.
    package func check(text: String, named name: String) throws(EarlierRunFault) {
        if text != manifest.scenario.text { throw .otherScenario(folder, scenario: name) }
    }

    /// The conditions of `--fail-if` and `--until` in the manifest.
    func conditions(_ origin: CheckRow.Origin, _ texts: [String]) throws(EarlierRunFault) -> [ResultCheck] {
        var checks: [ResultCheck] = []
        for text in texts {
            do throws(ExpressionFault) {
                checks.append(ResultCheck(origin, try Predicate(text, columns: .results)))
            } catch {
                throw .otherMeaning(folder, "\(error)")
            }
        }
        return checks
    }

    /// How this machine and these programs differ from those of the run: a sentence for each kind of difference.
    package func differences(_ executables: Executables) async -> [String] {
        var here = manifest
        here.environment = MachineFacts.all()
        here.versions = ComponentVersions.all()
        here.versions.merge(await ComponentVersions.source(executables)) { _, new in new }
        here.peers = scenario.peerRecords
        // A changed file need not be part of the program.
        here.versions["git_dirty"] = nil
        return RunDifferences.sentences(manifest, here)
    }
}
