import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import LoadGenerator
import Measurement
import Scenario
import Transports

struct WatchCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Shows live what one client of each transport receives from a running server.",
        discussion: """
            One lane per transport: items as they arrive, delays, requests, and bytes by layer. The q key and Ctrl-C \
            end it; then it prints all bytes next to the kernel's count. Without a terminal it prints numbers only, \
            as with --plain. B/item is all bytes divided by items; the items themselves are included. HTTP \
            headers count when their exchange ends, those of a stream only at the end. Delays need a server on this \
            host. If the server is restarted, all lanes begin again.
            """)

    static let example = "pushlab watch http://127.0.0.1:8080"

    @Argument(help: "Base address of the server: http://HOST:PORT or https://HOST:PORT.", transform: ServerURL.read)
    var url: ServerURL

    @Option(
        help: ArgumentHelp(
            "Transports, separated by commas. (default: \(Self.standard))", valueName: "list"),
        transform: Self.transports)
    var transports = Self.named(Self.standard)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time between two short polls, 1ms to 1h. (default: 1s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(1)...Duration.seconds(3_600)))
    var interval = Duration.seconds(1)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Stop after this time, 1s to 24h. (default: 24h)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .seconds(1)...Duration.seconds(86_400)))
    var duration = Duration.seconds(86_400)

    @Flag(help: "Print numbers only: one line per transport and period.")
    var plain = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time between two outputs of numbers, 100ms to 1h. (default: 1s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(100)...Duration.seconds(3_600)))
    var period = Duration.seconds(1)

    @Option(help: "text, or json: one object per period. (default: text)", transform: ArgumentReading.choice)
    var format = OutputFormat.text

    @OptionGroup var trust: TrustOptions
    @OptionGroup var link: NetworkOption

    func validate() throws {
        for use in try uses() { try link.check(use, encrypts: url.encrypts, in: duration) }
    }

    func run() async throws {
        var lanes: WatchedLanes
        do {
            let target = LoadTarget(host: url.host, port: url.port, tls: try trust.trust(url))
            lanes = try WatchedLanes(WatchTask(target, try uses(), through: link.network, longest: duration))
        } catch let failure as Failure {
            throw failure
        } catch let error as ValidationError {
            throw error
        } catch {
            throw Failure(url.sentence(for: error))
        }
        lanes = await WatchLoop(duration: duration, output: output).run(lanes, of: url.text)
        let ending = await lanes.stop()
        if format == .json { return }
        for (name, bytes) in zip(lanes.names, ending) { print(WatchText.ending(name, bytes)) }
    }

    private var output: WatchLoop.Output {
        if !plain, format == .text, let screen = TerminalScreen() { return .screen(screen) }
        return .lines(format, every: period)
    }

    private func uses() throws -> [Scenario.TransportUse] {
        do throws(TransportOptionFault) {
            var uses: [Scenario.TransportUse] = []
            for transport in transports {
                let hasInterval = transport.name == ShortPolling.name
                uses.append(
                    try Scenario.TransportUse(
                        transport,
                        given: hasInterval ? [ShortPolling.interval.option.name: .duration(interval)] : [:],
                        encrypts: url.encrypts))
            }
            return uses
        } catch {
            throw ValidationError(error.description)
        }
    }

    private static let standard = TransportRegistry.standard.push.filter { $0.usesHTTP }.map { $0.name }
        .joined(separator: ",")

    private static func named(_ list: String) -> [any PushTransport.Type] {
        list.split(separator: ",").compactMap { TransportRegistry.standard.push(named: String($0)) }
    }

    private static func transports(_ list: String) throws -> [any PushTransport.Type] {
        let names = list.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let registry = TransportRegistry.standard
        for (index, name) in names.enumerated() {
            guard registry.push(named: name) != nil else {
                throw ValidationError(
                    "has \(ShownValue.text(name)); "
                        + TransportRegistry.allowedNames(insteadOf: name, among: registry.push))
            }
            if names[..<index].contains(name) { throw ValidationError("has \(name) twice; allowed once") }
        }
        return named(list)
    }
}
