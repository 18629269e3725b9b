import ArgumentParser
import Arguments
import Lab
import LoadGenerator
import Measurement
import Scenario
import Transports

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Measures one transport against a running server.",
        discussion: "Latencies need a server on this host, because both ends must read the same clock.")

    @Option(help: "Base address of the server: http://HOST:PORT or https://HOST:PORT.", transform: ServerURL.read)
    var url: ServerURL

    @Option(help: "The transport: \(TransportRegistry.standard.push.map { $0.name }.joined(separator: ", ")).")
    var transport: String

    @Option(
        parsing: .unconditional, help: "Number of clients, 1 to 20000. (default: 100)",
        transform: ArgumentReading.number(in: 1...20_000))
    var clients = 100

    @Option(help: "Length of the measurement, 1s to 1h. (default: 10s)", transform: ArgumentReading.quantity)
    var duration = Duration.seconds(10)

    @Option(
        help: "Warm-up before the measurement, 0s to 10min; its latencies are discarded. (default: 2s)",
        transform: ArgumentReading.quantity)
    var warmup = Duration.seconds(2)

    @OptionGroup var settings: TransportSettings
    @OptionGroup var trust: TrustOptions
    @OptionGroup var proxy: ProxyOption

    @Option(
        parsing: .unconditional, help: "Seed of the clients' start times and pauses. (default: 1)",
        transform: ArgumentReading.number(in: 0...UInt64.max))
    var seed: UInt64 = 1

    @Flag(help: "Draw WebSocket keys and masks from the seed, to replay a run exactly; this makes them predictable.")
    var seededMasks = false

    @Option(help: "Folder for the results, which must not exist. (default: Results/load/<UTC>-<seed>)")
    var out: String?

    @Option(
        help: ArgumentHelp("Write the arrival times of the first million items to this file.", visibility: .hidden))
    var stamps: String?

    @Flag(help: "Print errors only.")
    var quiet = false

    func validate() throws {
        guard duration >= .seconds(1), duration <= .seconds(3_600) else {
            throw ValidationError("--duration is \(duration.spokenText); allowed 1 s to 1 h")
        }
        guard warmup >= .zero, warmup <= .seconds(600) else {
            throw ValidationError("--warmup is \(warmup.spokenText); allowed 0 s to 10 min")
        }
        _ = try transportUse()
    }

    func run() async throws {
        let ending = try await RunControl.interruptible { try await makeRunner().run() }
        try RunControl.conclude(ending, quiet: quiet)
    }

    private func makeRunner() throws -> Runner {
        do {
            let target = LoadTarget(
                host: url.host, port: url.port, tls: try trust.trust(encrypts: url.encrypts),
                proxy: try proxy.address())
            let settings = try RunSettings(out: out, seedsMasks: seededMasks, quiet: quiet)
            return try Runner(
                loading: target, with: try transportUse(),
                timing: CaseTiming(warmup: warmup, duration: duration, clients: clients, encrypts: url.encrypts),
                seed: seed, stampsFile: stamps, settings: settings)
        } catch let fault as ProbeFault {
            throw Failure("\(fault)")
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }

    func transportUse() throws -> Scenario.TransportUse {
        let registry = TransportRegistry.standard
        guard let type = registry.push(named: transport) else {
            let allowed = TransportRegistry.allowedNames(insteadOf: transport, among: registry.push)
            throw ValidationError("--transport is '\(transport)'; \(allowed)")
        }
        let given = try settings.given(for: type)
        do throws(TransportOptionFault) {
            return try Scenario.TransportUse(type, given: given)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
