import Host
import LoadGenerator
import Measurement
import Report
import ResultFiles
import Scenario
import Transports

/// Measures one transport against a server that is already there, and writes the same folder as a scenario's run.
package struct LoadRun: Sendable {
    /// A transport with its options checked and filled in.
    package struct TransportChoice: Sendable {
        let use: Scenario.TransportUse

        /// - Throws: ``TransportOptionFault`` for an option the transport does not have, or out of its range.
        package init(_ type: any PushTransport.Type, given: [String: TransportOptionValue]) throws(TransportOptionFault)
        {
            let options = try type.checkedOptions(given)
            use = Scenario.TransportUse(
                name: type.name, variant: type.optionsText(options, choicesOnly: true), options: options)
        }
    }

    private let measuring: Measuring
    private let folder: RunFolder
    private let transport: TransportChoice
    private let feed: String
    private let executables: Experiment.Executables
    private let progress: any RunProgress
    private var manifest: Manifest

    package init(
        host: String, port: Int, tls: TLSTrust? = nil, proxy: ProxyAddress? = nil, transport: TransportChoice,
        timing: CaseTiming, seed: UInt64, seedsMasks: Bool = false, out: String?,
        commandLine: [String], executables: Experiment.Executables, stampsFile: String? = nil,
        progress: any RunProgress
    ) throws {
        if let out { try OutputPath.checkIsNew(out) }
        try FileDescriptorLimit.raise(
            toAtLeast: LoadWorker.descriptorsNeeded(for: timing.clients, of: transport.use.name))
        // The server must be there before a folder is made for its results.
        let probe = ServerProbe(host: host, port: port, tls: tls)
        try probe.checkReachable()
        feed = Self.feedName((try? probe.status())?.feed ?? "")
        self.transport = transport
        self.executables = executables
        self.progress = progress
        measuring = Measuring(
            host: host, port: port, tls: tls, proxy: proxy, transport: transport.use.name,
            options: transport.use.options,
            timing: timing,
            seed: seed, seedsMasks: seedsMasks, feedEnds: false, load: LoadProcess(executable: executables.pushlab),
            stampsFile: stampsFile)
        let start = WallClock.instant()
        let runID = "\(start.compactText)-\(seed)"
        folder = try RunFolder(creating: out, otherwise: "Results/load/\(runID)")
        let text = Self.scenarioText(MaskedCommandLine.words(commandLine))
        manifest = Manifest(
            runID: runID, scenario: .init(name: "load", text: text, sha256: SHA256.hexDigest(of: text)), seed: seed,
            caseOrder: ["\(feed)_\(timing.clients)-clients_\(transport.use.id)"], commandLine: commandLine,
            startedAt: start,
            environment: MachineFacts.all(), versions: ComponentVersions.all())
    }

    package consuming func run() async throws -> Experiment.Ending {
        let timing = measuring.timing
        let estimate = timing.lead + timing.feedDuration
        try folder.write("manifest.json", manifest.json())
        await manifest.addCalibration(of: executables)
        progress.began(steps: 1, estimate: estimate)
        progress.stepBegan(0, label: manifest.caseOrder[0], estimate: estimate)
        var results = RunResults()
        var complaints: [String] = []
        do {
            let outcome = try await measuring.run()
            let maker = RowMaker(identity: identity, outcome: outcome)
            results.add(maker)
            manifest.add(outcome)
            complaints = Check(maker.summary, wantsEach: transport.use.wantsEachItem).complaints
        } catch {
            if !Task.isCancelled {
                results.summary.append(RowMaker.failed(identity, reason: "\(error)"))
                complaints.append("\(error)")
            }
        }
        progress.ended()
        manifest.finish(at: WallClock.instant(), incompleteBecause: Task.isCancelled ? "interrupted" : nil)
        try folder.write(results, manifest: manifest)
        if !results.summary.isEmpty { try folder.write(try ReportFolder(directory: folder.path)) }
        return Experiment.Ending(
            folder: folder.path, results: results, manifest: manifest, complaints: complaints,
            wasInterrupted: Task.isCancelled)
    }

    /// The command line without what differs between processes of one experiment, so that they can be merged.
    static func scenarioText(_ commandLine: [String]) -> String {
        var words = Array(commandLine.dropFirst())
        for option in ["--out", "--seed"] {
            words.removeAll { $0.hasPrefix("\(option)=") }
            if let place = words.firstIndex(of: option) {
                words.removeSubrange(place..<min(place + 2, words.endIndex))
            }
        }
        return words.joined(separator: " ") + "\n"
    }

    /// The server's name of its feed, safe in file names and as a scenario calls it: `synthetic`, `replay-host`.
    ///
    /// - Returns: `external` for a server that does not tell.
    static func feedName(_ text: String) -> String {
        let parts = text.split(separator: ":", maxSplits: 1)
        let kind = parts.first.map(String.init) ?? ""
        let file = parts.count > 1 ? parts[1].split(separator: "/").last.map(String.init) ?? "" : ""
        let stem = file.lastIndex(of: ".").flatMap { $0 > file.startIndex ? String(file[..<$0]) : nil } ?? file
        let name = [kind, stem].filter { !$0.isEmpty }.joined(separator: "-").prefix(64)
        let safe = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) ? $0 : "-" }
        return safe.isEmpty ? "external" : String(safe)
    }

    private var identity: RowMaker.Identity {
        RowMaker.Identity(
            runID: manifest.runID, scenario: manifest.scenario.name, scenarioSHA256: manifest.scenario.sha256,
            seed: manifest.seed, caseID: manifest.caseOrder[0], repetition: 1, transport: transport.use,
            encrypts: measuring.tls != nil, clients: measuring.timing.clients, feed: feed, ratePerSecond: nil,
            payloadBytes: nil,
            startedAt: manifest.startedAt)
    }
}
