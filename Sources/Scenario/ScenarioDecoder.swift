import Measurement
import Transports

/// Turns a scenario's nodes into a ``Scenario`` and collects all mistakes.
struct ScenarioDecoder {
    static let maximumCases = 1000

    let file: String
    let registry: TransportRegistry
    /// The transports that `use` can name. `send` replaces them by those that carry echoes.
    var transports: [any ClientTransport.Type]
    var recordingPlaces: [String: ScenarioError.Location] = [:]
    /// Where the text names each network; the key is its text.
    var networkPlaces: [String: ScenarioError.Location] = [:]
    var errors: [ScenarioError] = []

    init(file: String, registry: TransportRegistry) {
        self.file = file
        self.registry = registry
        transports = registry.push
    }

    mutating func scenario(_ root: SourceNode) -> Scenario? {
        if root.isNull {
            fail(root.location, "the file has no scenario; it needs name, feeds and transports")
            return nil
        }
        let allowed = ScenarioField.names(under: "")
        guard let group = open(root, as: "the scenario", allowed: allowed, example: "name: my-test") else { return nil }
        let name = label("name", in: group)
        if name == nil { require("name", in: group) }
        let question = question(in: group)
        let feeds = group.entries["send"].map { messages($0.value, in: group) } ?? feeds(in: group)
        let clients = values(Fields.clients, in: group)
        let networks = networks(in: group)
        let uses = transportUses(in: group)
        let warmup = value(Fields.warmup, in: group)
        let duration = value(Fields.duration, in: group)
        let repeats = value(Fields.repeats, in: group)
        let seed = value(Fields.seed, in: group)
        guard let name, let question, let feeds, let clients, let networks, let uses, let warmup, let duration,
            let repeats, let seed
        else { return nil }
        checkMessages(of: feeds, within: warmup + duration, in: group)
        checkNetworks(networks, with: uses, in: warmup + duration)
        let cases = feeds.count * clients.count * networks.count * uses.count
        if checkSize(cases, at: root.location) { return nil }
        return Scenario(
            name: name, question: question, feeds: feeds, clients: clients, networks: networks, transports: uses,
            warmup: warmup, duration: duration, repeats: repeats, seed: seed, recordingPlaces: recordingPlaces)
    }

    mutating func fail(_ location: ScenarioError.Location, _ message: String) {
        errors.append(ScenarioError(at: location, message))
    }

    private mutating func question(in group: FieldGroup) -> String? {
        guard let entry = group.entries["question"] else { return "" }
        guard let text = scalar(entry) else { return nil }
        guard text.count <= 1000 else {
            fail(entry.value.location, "question has \(text.count) characters; allowed 0 to 1000")
            return nil
        }
        return text
    }

    /// Reports a sweep with too many cases.
    mutating func checkSize(_ cases: Int, at location: ScenarioError.Location) -> Bool {
        guard cases > Self.maximumCases else { return false }
        fail(location, "the sweeps make \(cases) cases; allowed 1 to \(Self.maximumCases)")
        return true
    }
}
