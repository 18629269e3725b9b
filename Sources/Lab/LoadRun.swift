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
    private let feed: String
    private let folder: RunFolder
    private let transport: TransportChoice
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
        let told = Result { try probe.status() }
        feed = LoadedFeed.name(told: try? told.get().feed)
        self.transport = transport
        self.executables = executables
        self.progress = progress
        var measuring = Measuring(
            host: host, port: port, tls: tls, proxy: proxy, transport: transport.use.name,
            options: transport.use.options,
            timing: timing,
            seed: seed, seedsMasks: seedsMasks, feedEnds: false, load: LoadProcess(executable: executables.pushlab),
            stampsFile: stampsFile)
        measuring.hasTold = Self.isFromPushLab(told)
        self.measuring = measuring
        let start = WallClock.instant()
        let runID = "\(start.compactText)-\(seed)"
        folder = try RunFolder(creating: out, otherwise: "Results/load/\(runID)")
        let text = Self.scenarioText(MaskedCommandLine.words(commandLine))
        manifest = Manifest(
            runID: runID, scenario: .init(name: "load", text: text, sha256: SHA256.hexDigest(of: text)), seed: seed,
            caseOrder: [Self.caseID(feed, transport, timing)], commandLine: commandLine, startedAt: start,
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

    private static func isFromPushLab(_ status: Result<ServerStatus, any Error>) -> Bool {
        switch status {
        case .success: true
        case .failure(let fault as ProbeFault): fault.isBrokenStatus
        case .failure: false
        }
    }

    private static func caseID(_ feed: String, _ transport: TransportChoice, _ timing: CaseTiming) -> String {
        "\(feed)_\(timing.clients)-clients_\(transport.use.id)"
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
