import ArgumentParser
import Arguments
import Link
import Scenario

/// The simulated network that a command's clients go through.
struct NetworkOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Simulate a network in front of the server: a preset, fields as in a scenario, or both: lte, \
            rtt=50ms,loss=1% or dsl,up.bandwidth=1Mbit/s. Presets: \
            \(LinkPreset.allCases.map(\.name).joined(separator: ", ")).
            """, valueName: "network"),
        transform: Self.read)
    var network: Scenario.Network?

    /// Checks that a transport can be measured through the network, in a run of this length.
    ///
    /// - Throws: `ValidationError`.
    func check(_ use: Scenario.TransportUse, encrypts: Bool, in time: Duration) throws {
        guard let network else { return }
        if let conflict = network.conflict(withRunOf: time) ?? network.conflict(with: use, encrypts: encrypts) {
            throw ValidationError("--network \(network.text): \(conflict)")
        }
    }

    private static func read(_ text: String) throws -> Scenario.Network {
        do {
            if let network = try Scenario.Network.read(text) { return network }
        } catch {
            throw ValidationError(error.messages)
        }
        throw ValidationError("none is the default; leave out --network")
    }

    /// For fields of a network that were given as options.
    static func advice(onOption option: String, value: String?) -> String? {
        let name = String(option.drop { $0 == "-" })
        guard Scenario.Network.fields.contains(name) else { return nil }
        return "to simulate a network: --network \(name)=\(value ?? "VALUE")"
    }
}
