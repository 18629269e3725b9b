import Report
import ResultFiles
import Scenario

extension MergedRun {
    /// The claims of the scenario, compared with all repeats.
    ///
    /// - Throws: `MergeError` if the manifests do not tell the claims, or if two runs have different ones.
    package func claims() throws(MergeError) -> [ClaimRow] {
        var claims: [PublishedClaim] = []
        for part in claimed {
            let file = "\(part.directory)/\(ClaimRow.table.fileName)"
            for claim in try Self.claims(of: part.manifest, in: file) {
                guard let known = claims.first(where: { $0.id == claim.id }) else {
                    claims.append(claim)
                    continue
                }
                if known != claim {
                    throw .unknownClaims(file, reason: "\(claim.id) is about other cases than in another folder")
                }
            }
            let known = Set(claims.map(\.id))
            if let lost = part.claims.first(where: { !known.contains($0.claimID) }) {
                throw .unknownClaims(file, reason: "manifest.json does not have \(lost.claimID)")
            }
        }
        let judge = ClaimJudge(
            summary, layers, predictions: predictions, runID: manifest.runID, scenario: manifest.scenario.name)
        return judge.rows(claims)
    }

    /// The claims of all runs that a manifest describes.
    private static func claims(of manifest: Manifest, in file: String) throws(MergeError) -> [PublishedClaim] {
        let options = manifest.mergedRuns.map { $0.compactMap(\.options) } ?? manifest.options.map { [$0] } ?? []
        var claims: [PublishedClaim] = []
        for one in options {
            do {
                for claim in try Scenario(manifest, one).claims where !claims.contains(claim) { claims.append(claim) }
            } catch {
                throw .unknownClaims(file, reason: "\(error)")
            }
        }
        return claims
    }
}

extension Scenario {
    /// The scenario of a run, with the changes and the cases of its options.
    ///
    /// - Parameters:
    ///   - manifest: Of the run.
    ///   - options: Of the run.
    ///   - peers: The third-party servers; `nil` for those of the manifest, which must not be started.
    /// - Throws: `ScenarioErrors` or `UnmatchedPattern` if this version of the program reads it differently.
    init(_ manifest: Manifest, _ options: Manifest.RunOptions, peers: (any PeerSource)? = nil) throws {
        self = try Scenario(
            text: manifest.scenario.text, file: options.scenarioFile, overrides: options.overrides,
            peers: peers ?? KnownPeers(recordedIn: manifest)
        )
        .only(options.only.map { CasePattern($0) })
    }
}
