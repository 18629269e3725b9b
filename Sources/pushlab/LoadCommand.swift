import ArgumentParser
import Arguments
import Lab
import LoadGenerator
import Measurement
import Scenario
import Transports

struct LoadCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measures one transport against a running server.",
        discussion: """
            The server is pushlab-server, or one that serves the same items at the same paths: \(paths). \
            Without /stats, load counts bytes but measures no delays. If the server is on another host, load compares \
            the clocks of both, and clock_error_us says how closely.

            \(DialectOptions.discussion)
            """)

    private static let paths = TransportRegistry.standard.push.filter { $0.usesHTTP }.map { $0.entrance.text }
        .joined(separator: ", ")

    static let example = "pushlab load --url http://127.0.0.1:8080 --transport websocket"

    /// For options of transports and fields of networks.
    static func advice(onOption option: String, value: String?) -> String? {
        let name = String(option.drop { $0 == "-" })
        if let advice = NetworkOption.advice(onOption: option, value: value) { return advice }
        guard TransportRegistry.standard.documentedLoadOptions.contains(where: { $0.option.name == name }) else {
            return nil
        }
        return "to set an option of the transport: --option \(name)=\(value ?? "VALUE")"
    }

    @Option(help: "Base address of the server: http://HOST:PORT or https://HOST:PORT.", transform: Self.address)
    var url: ServerURL

    @Option(
        help: ArgumentHelp(
            "The transport: \(TransportRegistry.standard.receiving.map { $0.name }.joined(separator: ", ")).",
            valueName: "name"))
    var transport: String

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Number of clients, 1 to 1000000; more than \(LoadPlan.mostClients) need several load processes. \
            (default: 100)
            """, valueName: "n"),
        transform: ArgumentReading.number(in: Scenario.numbersOfClients))
    var clients = 100

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Length of the measurement, 1s to 1h. (default: 10s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .seconds(1)...Duration.seconds(3_600)))
    var duration = Duration.seconds(10)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Warm-up before the measurement, 0s to 10min; its latencies are discarded. (default: 2s)",
            valueName: "time"),
        transform: ArgumentReading.quantity(in: .zero...Duration.seconds(600)))
    var warmup = Duration.seconds(2)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seed of the clients' start times and pauses, 0 to \(UInt64.max). (default: 1)", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt64.max))
    var seed: UInt64 = 1

    @Flag(help: "Draw WebSocket keys and masks from the seed, to replay a run exactly; this makes them predictable.")
    var seededMasks = false

    @Option(
        help: ArgumentHelp(
            "Folder for the results, which must not exist. (default: Results/load/<UTC>-<seed>)",
            valueName: "folder"))
    var out: String?

    @Option(
        help: ArgumentHelp("Write the arrival times of the first million items to this file.", visibility: .hidden))
    var stamps: String?

    @OptionGroup var gates: CheckOptions

    @OptionGroup var output: RunOutput

    @OptionGroup var trust: TrustOptions
    @OptionGroup var proxy: ProxyOption
    @OptionGroup var link: NetworkOption
    @OptionGroup var dialect: DialectOptions
    @OptionGroup var browser: BrowserOption
    @OptionGroup var places: LoadPlaceOptions
    // Last, since its help lists the options of the transports.
    @OptionGroup var settings: TransportSettings

    func validate() throws {
        try gates.check(loading: transport)
        try link.check(try transportUse(), encrypts: url.encrypts, in: warmup + duration)
        _ = try serverDialect()
        try checkPlaces()
    }

    private func checkPlaces() throws {
        do throws(CrowdedProcesses) {
            try places.spread.check(clients: clients, named: "--clients")
        } catch {
            throw ValidationError("\(error)")
        }
        if link.network != nil, !places.loadHosts.isEmpty {
            throw ValidationError(
                "--network is given with --load-hosts; the simulated network is on this machine, which other hosts "
                    + "cannot go through; allowed --processes")
        }
        if stamps != nil, places.processes > 1 || !places.loadHosts.isEmpty {
            throw ValidationError("--stamps is given, which needs one load process on this machine")
        }
    }

    func run() async throws {
        if let warning = dialect.warning { Complaint.show(warning) }
        let ending = try await RunControl.interruptible { try await makeRunner().run() }
        let advice = ending.results.summary.last.flatMap { LoadAdvice(on: dialect).sentence(about: $0) }
        try RunControl.conclude(ending, of: "load", output, advice: advice)
    }

    private func makeRunner() throws -> Runner {
        do {
            let target = LoadTarget(
                host: url.host, port: url.port, tls: try trust.trust(url),
                proxy: try proxy.address())
            var settings = try RunSettings(out: out, seedsMasks: seededMasks, progress: output.makeProgress())
            settings.checks = gates.checks
            settings.spread = places.spread
            settings.clockTolerance = places.clockTolerance
            return try Runner(
                loading: target, with: try transportUse(), speaking: try serverDialect(), through: link.network,
                timing: CaseTiming(
                    warmup: warmup, duration: duration, clients: clients, encrypts: url.encrypts,
                    middleboxStart: browser.kind.map { _ in Runner.browserStart(pages: clients) } ?? .zero,
                    network: link.network),
                seed: seed, stampsFile: stamps, browser: browser.kind, settings: settings)
        } catch let fault as ProbeFault {
            throw Failure(dialect.thirdPartyOption == nil ? url.sentence(for: fault) : "\(fault)")
        } catch let failure as Failure {
            throw failure
        } catch let error as ValidationError {
            throw error
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }

    /// How the server carries the feed.
    ///
    /// - Throws: `ValidationError`.
    func serverDialect() throws -> ServerDialect {
        let use = try transportUse()
        guard let type = TransportRegistry.standard.push(named: transport) else { return ServerDialect() }
        let made = try dialect.dialect(of: type, use.options)
        if let fault = made.fault(for: type) { throw ValidationError(fault) }
        return made
    }

    private static func address(_ text: String) throws -> ServerURL {
        do { return try ServerURL.read(text) } catch let error as ValidationError {
            throw ValidationError(
                error.message.replacing("the transport sets the path", with: "give the path by --path, such as /ws"))
        }
    }

    func transportUse() throws -> Scenario.TransportUse {
        let registry = TransportRegistry.standard
        guard let type = registry.receiving(named: transport) else {
            let http2 = "--transport sse --option \(HTTPVersion.key.option.name)=\(HTTPVersion.two.rawValue)"
            let allowed = TransportRegistry.allowedNames(insteadOf: transport, among: registry.receiving, http2: http2)
            var advice = ""
            if registry.echo(named: transport) != nil { advice = ", which needs a scenario with send" }
            if transport.contains(where: { ", ".contains($0) }) {
                advice = "; load measures one transport; to compare several, use a scenario"
            }
            throw ValidationError("--transport is \(ShownValue.text(transport))\(advice); \(allowed)")
        }
        let given = try settings.given(for: type)
        try browser.check(type, options: given.keys, in: self)
        do throws(TransportOptionFault) {
            return try Scenario.TransportUse(type, given: given, encrypts: url.encrypts, browser: browser.kind)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
