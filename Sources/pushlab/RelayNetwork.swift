import ArgumentParser
import Arguments
import Link
import Scenario

/// The network that `pushlab relay` simulates: as a scenario's, with options for its usual fields.
struct RelayNetwork: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A preset, fields as in a scenario, or both: lte, rtt=50ms,loss=1% or dsl,up.bandwidth=1Mbit/s. The options \
            below add to it. Presets: \(LinkPreset.allCases.map(\.name).joined(separator: ", ")). (default: no delay)
            """, valueName: "network"))
    var network: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Round-trip time, 0s to 3s, half of it in each direction; a new connection costs one more. If it is above \
            0, connections begin with a window of 10 segments that grows per round trip.
            """, valueName: "time"))
    var rtt: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Delays vary evenly by up to this time more or less, 0s to 1s; order stays.", valueName: "time"))
    var jitter: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Bandwidth of each connection and direction, 1kbit/s to 100Gbit/s.", valueName: "rate"))
    var bandwidth: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Share of segments that are lost, 0% to 50%; each loss delays by 200 ms or two round trips.",
            valueName: "share"))
    var loss: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Bytes that wait for the line at most, 1448B to 64MiB; then senders wait. (default: 64KiB)",
            valueName: "size"))
    var queue: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Reset connections after this time on average, 1ms to 24h.", valueName: "time"))
    var resets: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Pass nothing more after this time on average, without closing, 1ms to 24h.", valueName: "time"))
    var silence: String?

    /// A simulated network without any effect if nothing is given.
    private(set) var settings = LinkSettings()

    private enum CodingKeys: String, CodingKey {
        case network, rtt, jitter, bandwidth, loss, queue, resets, silence
    }

    mutating func validate() throws {
        let options = [
            ("rtt", rtt), ("jitter", jitter), ("bandwidth", bandwidth), ("loss", loss), ("queue", queue),
            ("resets", resets), ("silence", silence),
        ].compactMap { name, value in value.map { (name, $0) } }
        let parts = [network].compactMap(\.self) + options.map { "\($0)=\($1)" }
        try read(parts.joined(separator: ","), options.map(\.0))
    }

    private mutating func read(_ text: String, _ options: [String]) throws {
        if text.isEmpty { return }
        do {
            if let network = try Scenario.Network.read(text) { settings = network.settings }
        } catch {
            // A message begins with the name of its field.
            let field = error.messages.prefix { $0 != " " && $0 != ":" }
            throw ValidationError(options.contains(String(field)) ? "--\(error.messages)" : error.messages)
        }
    }
}
