import Codecs
import Host
import LoadGenerator
import Measurement
import ResultFiles
import Scenario
import Transports

extension Runner {
    /// A run of one case against a server that already runs; it writes the same folder as a scenario's run.
    ///
    /// - Parameters:
    ///   - target: The server, and the HTTP proxy if there is one.
    ///   - use: The transport.
    ///   - dialect: How the server carries the feed.
    ///   - network: The simulated network in front of the server; `nil` for none.
    ///   - timing: Durations and number of clients.
    ///   - seed: Seed of phases and pauses.
    ///   - stampsFile: File for the arrival time of each item; `nil` to write no such file.
    ///   - browser: The browser whose pages are the clients; `nil` for the clients of this program.
    ///   - settings: Settings from the command line.
    /// - Throws: `ProbeFault` if nothing answers there; `OutputFault` or `DescriptorLimitFault`.
    package init(
        loading target: LoadTarget, with use: Scenario.TransportUse, speaking dialect: ServerDialect = ServerDialect(),
        through network: Scenario.Network? = nil, timing: CaseTiming, seed: UInt64, stampsFile: String? = nil,
        browser: BrowserKind? = nil,
        settings: RunSettings
    ) throws {
        if let out = settings.out { try OutputPath.checkIsNew(out) }
        if let browser { _ = try BrowserProgram(kind: browser).path() }
        var serversOwn = target
        serversOwn.proxy = nil
        // Check that the server answers before making a folder for the results.
        let server = try AlreadyRunningServer(serversOwn, dialect: dialect)
        var timing = timing
        if settings.mayHaveOtherClocks || server.hasOtherClock { timing.clockTime = LoadTimes.clockTime }
        let clients = "\(timing.clients)-clients"
        let id = [server.feed, clients, network?.id, use.id].compactMap { $0 }.joined(separator: "_")
        var subject = MeasuredCase(
            id: id, seed: seed, transport: use, timing: timing, feed: server.feed)
        subject.seedsMasks = settings.seedsMasks
        subject.pollsCurrentItems = use.type.pacing != .feed && !dialect.pollsEachItem
        subject.stampsFile = stampsFile
        subject.clockTolerance = settings.clockTolerance
        subject.network = network
        if !server.isFromPushLab { subject.server = "" }
        let measurement = CaseMeasurement(
            subject: subject, server: server,
            middleboxes: MiddleboxChain(
                proxy: target.proxy, through: network, clients: timing.clients, seed: seed),
            load: Self.load(settings, browser), host: ThisHost(settings))
        let step = RunPlan.Step(
            measurement: measurement, label: subject.id, estimate: timing.lead + timing.feedDuration)
        let text = Self.scenarioText(MaskedCommandLine.words(settings.commandLine))
        let record = Manifest.ScenarioRecord(name: "load", text: text, sha256: SHA256.hexDigest(of: text))
        var plan = RunPlan(scenario: record, seed: seed, steps: [step], rowOrder: [subject.id])
        plan.isSingleMeasurement = true
        try self.init(plan, settings: settings)
    }

    /// How much longer a case with a browser takes to begin.
    package static func browserStart(pages: Int) -> Duration { BrowserLoad.startTime(pages: pages) }

    private static func load(_ settings: RunSettings, _ browser: BrowserKind?) -> any LoadExecutor {
        guard let browser else { return settings.spread.executor(own: settings.executables.pushlab) }
        return BrowserLoad(
            program: BrowserProgram(kind: browser), load: LoadProcess(executable: settings.executables.pushlab))
    }

    /// The command line without the options that differ between processes of one experiment, so that their folders can
    /// be merged.
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
}

extension Scenario.TransportUse {
    /// A transport with its options checked and filled in.
    ///
    /// - Parameters:
    ///   - type: The transport.
    ///   - given: The options that the user gave.
    ///   - encrypts: Whether the server's address asks for TLS, which some options need. The use does not name it.
    ///   - browser: The browser whose pages are the clients; the variant names it.
    /// - Throws: ``TransportOptionFault`` for an option the transport does not have, or out of its range.
    package init(
        _ type: any ClientTransport.Type, given: [String: TransportOptionValue], encrypts: Bool = false,
        browser: BrowserKind? = nil
    ) throws(TransportOptionFault) {
        let tls = Encryption.key.option.name
        var all = given
        if encrypts, type.options.contains(where: { $0.name == tls }) { all[tls] = .flag(true) }
        var options = try type.checkedOptions(all)
        options[Encryption.key] = Encryption.key.defaultValue
        let names = [browser.map { "browser-\($0.rawValue)" } ?? "", type.optionsText(options, choicesOnly: true)]
        self.init(type, variant: names.filter { !$0.isEmpty }.joined(separator: "-"), options: options)
    }
}
