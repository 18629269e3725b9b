import ArgumentParser
import Arguments
import Foundation
import Host
import Link
import LinkRelay

struct RelayCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Simulates a network in front of a server: passes bytes with delay, loss and limits.",
        discussion: """
            Example: \(Self.example)

            Clients connect to the relay, and the relay to the server. Any TCP protocol passes. Each connection has a \
            separate line: connections do not share the bandwidth.

            When ready, the relay prints one line of JSON with its address. On Ctrl-C and SIGTERM it resets the \
            connections that are left, prints what it did, and exits with code 0.
            """)

    static let example = "pushlab relay --listen 127.0.0.1:9090 --to 127.0.0.1:8080 --rtt 50ms --loss 1%"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Address for clients: HOST:PORT; port 0 lets the kernel choose.", valueName: "address"),
        transform: HostPort.reader(ports: 0...65_535))
    var listen: RelayAddress

    @Flag(help: "Also listen on addresses that other machines can reach.")
    var listenAnywhere = false

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Address of the server: HOST:PORT.", valueName: "address"),
        transform: HostPort.reader(ports: 1...65_535))
    var to: RelayAddress

    @OptionGroup(title: "Network") var network: RelayNetwork

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of jitter, losses, resets and silences. (default: 1)", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt64.max))
    var seed: UInt64 = 1

    @Option(
        name: .customLong("max-connections"), parsing: .unconditional,
        help: ArgumentHelp(
            "Connections, 1 to 500000; further clients wait until one ends. (default: as the file descriptors allow)",
            valueName: "n"),
        transform: ArgumentReading.number(in: 1...500_000))
    var maximumConnections: Int?

    func validate() throws {
        if listenAnywhere || LoopbackAddress.isOne(listen.host) { return }
        throw ValidationError(
            "--listen is \(listen.text), which other machines may reach; allowed without --listen-anywhere: "
                + "127.0.0.0/8, ::1, localhost")
    }

    func run() async throws {
        let (settings, seed, maximum) = (network.settings, seed, maximumConnections)
        let (listening, target) = (listen, to)
        // From here on Ctrl-C ends only the wait.
        let report = try await RunControl.interruptible {
            let relay = try Self.start(settings, seed, listening, target, maximum)
            print(RelayText.announcement(relay.address, to: target))
            fflush(nil)
            await Self.showFaults(of: relay)
            return await relay.stop()
        }
        print(RelayText.summary(report))
    }

    private static func start(
        _ settings: LinkSettings, _ seed: UInt64, _ listening: RelayAddress, _ target: RelayAddress, _ maximum: Int?
    ) throws -> LinkRelay {
        do {
            let limit = FileDescriptorLimit.raise()
            let maximum = maximum ?? max(1, LinkRelay.connections(descriptors: Int(clamping: limit)))
            try FileDescriptorLimit.raise(toAtLeast: UInt64(LinkRelay.descriptors(connections: maximum)))
            return try LinkRelay(
                settings, seed: seed, to: try LinkRelay.answering(target), listening: listening,
                maximumConnections: maximum)
        } catch {
            throw Failure("\(error)")
        }
    }

    /// Prints each fault when it first occurs, until the task is cancelled.
    private static func showFaults(of relay: LinkRelay) async {
        var shown = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))
            let faults = await relay.report().faults
            for fault in faults.dropFirst(shown) { Complaint.show(fault) }
            shown = faults.count
        }
    }
}
