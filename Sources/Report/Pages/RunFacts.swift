import ResultFiles

/// The run's details from the manifest, for the end of a report.
enum RunFacts {
    struct Group: Equatable {
        let title: String
        let facts: [Fact]
    }

    struct Fact: Equatable {
        let name: String
        let value: String
    }

    /// Warnings above the results.
    static func warnings(_ folder: ReportFolder) -> [String] {
        let missing = folder.missing.filter { $0 != timeline }.map { sentence(missing: $0) }
        let faults = folder.manifest?.faults ?? [:]
        let texts = faults.keys.sorted().map { "\($0) \(faults[$0] ?? "")" }
        let broken = texts.isEmpty ? [] : ["Deliberate faults: \(texts.joined(separator: ", "))."]
        let gap = folder.incomplete.text.map {
            "This run is incomplete: \($0). The results cover only what is there."
        }
        return broken + missing + [gap].compactMap { $0 }
    }

    // The largest file, which is often not kept.
    private static let timeline = TimelineRow.table.fileName

    /// Sentences below the details.
    static func notes(_ folder: ReportFolder) -> [String] {
        folder.missing.filter { $0 == timeline }.map { sentence(missing: $0) }
    }

    private static func sentence(missing name: String) -> String {
        "\(name) is missing; what it would show is left out."
    }

    /// Empty without a manifest.
    static func groups(_ folder: ReportFolder) -> [Group] {
        guard let manifest = folder.manifest else { return [] }
        let run = [
            Fact(name: "run", value: manifest.runID),
            Fact(name: "command", value: manifest.commandLine.joined(separator: " ")),
            Fact(name: "seed", value: String(manifest.seed)),
            Fact(name: "scenario SHA-256", value: manifest.scenario.sha256),
            Fact(name: "started", value: manifest.startedAt.description),
            Fact(name: "finished", value: manifest.finishedAt?.description ?? Figure.missing),
        ]
        let merged = manifest.mergedRuns.map { runs in
            [Fact(name: "merged from", value: runs.map(\.runID).joined(separator: ", "))]
        }
        let recordings = (manifest.recordings ?? []).map { recording in
            Fact(name: "recording", value: "\(recording.path), \(recording.bytes) B, SHA-256 \(recording.sha256)")
        }
        let servers = (manifest.peers ?? []).map { peer in
            let version = folder.summary.first { $0.server == peer.name && $0.serverVersion != nil }?.serverVersion
            let parts = [peer.title, version, peer.note, "\(peer.file) with SHA-256 \(peer.sha256)"]
            return Fact(name: "server \(peer.name)", value: parts.compactMap { $0 }.joined(separator: "; "))
        }
        let environment = manifest.environment.keys.sorted().map { name in
            Group(title: name, facts: facts(manifest.environment[name] ?? [:]))
        }
        return [Group(title: "run", facts: run + servers + recordings + (merged ?? []))] + environment
            + [Group(title: "versions", facts: facts(manifest.versions))].filter { !$0.facts.isEmpty }
    }

    private static func facts(_ values: [String: String]) -> [Fact] {
        // Numbers in the order of numbers.
        values.keys.sorted { (Int($0) ?? .max, $0) < (Int($1) ?? .max, $1) }.map {
            Fact(name: $0, value: values[$0] ?? "")
        }
    }
}
