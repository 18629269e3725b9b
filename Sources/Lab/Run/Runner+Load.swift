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
    ///   - network: The simulated network in front of the server; `nil` for none.
    ///   - timing: Durations and number of clients.
    ///   - seed: Seed of phases and pauses.
    ///   - stampsFile: File for the arrival time of each item; `nil` to write no such file.
    ///   - settings: Settings from the command line.
    /// - Throws: `ProbeFault` if nothing answers there; `OutputFault` or `DescriptorLimitFault`.
    package init(
        loading target: LoadTarget, with use: Scenario.TransportUse, through network: Scenario.Network? = nil,
        timing: CaseTiming, seed: UInt64, stampsFile: String? = nil, settings: RunSettings
    ) throws {
        if let out = settings.out { try OutputPath.checkIsNew(out) }
        var serversOwn = target
        serversOwn.proxy = nil
        // Check that the server answers before making a folder for the results.
        let server = try AlreadyRunningServer(serversOwn)
        let clients = "\(timing.clients)-clients"
        let id = [server.feed, clients, network?.id, use.id].compactMap { $0 }.joined(separator: "_")
        var subject = MeasuredCase(
            id: id, seed: seed, transport: use, timing: timing, feed: server.feed)
        subject.seedsMasks = settings.seedsMasks
        subject.stampsFile = stampsFile
        subject.network = network
        let measurement = CaseMeasurement(
            subject: subject, server: server,
            middleboxes: MiddleboxChain(
                proxy: target.proxy, through: network, clients: timing.clients, seed: seed),
            load: LoadProcess(executable: settings.executables.pushlab))
        let step = RunPlan.Step(
            measurement: measurement, label: subject.id, estimate: timing.lead + timing.feedDuration)
        let text = Self.scenarioText(MaskedCommandLine.words(settings.commandLine))
        let record = Manifest.ScenarioRecord(name: "load", text: text, sha256: SHA256.hexDigest(of: text))
        let plan = RunPlan(scenario: record, seed: seed, steps: [step], rowOrder: [subject.id])
        try self.init(plan, settings: settings)
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
    /// - Throws: ``TransportOptionFault`` for an option the transport does not have, or out of its range.
    package init(
        _ type: any PushTransport.Type, given: [String: TransportOptionValue], encrypts: Bool = false
    ) throws(TransportOptionFault) {
        let tls = Encryption.key.option.name
        var all = given
        if encrypts, type.options.contains(where: { $0.name == tls }) { all[tls] = .flag(true) }
        var options = try type.checkedOptions(all)
        options[Encryption.key] = Encryption.key.defaultValue
        self.init(type, variant: type.optionsText(options, choicesOnly: true), options: options)
    }
}
