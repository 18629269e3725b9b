import Measurement
import Transports

/// Turns a scenario's nodes into a ``Scenario`` and collects all mistakes.
struct ScenarioDecoder: NodeDecoder {
    /// More runs of cases are refused.
    static let maximumRuns = 10_000

    let file: String
    let registry: TransportRegistry
    /// The transports that `use` can name. `send` replaces them by those that carry echoes.
    var transports: [any ClientTransport.Type]
    var recordingPlaces: [String: ScenarioError.Location] = [:]
    /// Where the text names each network; the key is its text.
    var networkPlaces: [String: ScenarioError.Location] = [:]
    /// Where the text has the fields of ``StrainFields``, and `scale-out`.
    var fieldPlaces: [String: ScenarioError.Location] = [:]
    /// Third-party servers that the text names, in order.
    var peers: [Scenario.Peer] = []
    /// All servers that the text names, in order, with their places.
    var namedServers: [(name: String, place: ScenarioError.Location)] = []
    /// Whether the text says which servers to measure.
    var hasServers = false
    /// Names of servers that are not known, or whose files have mistakes.
    var refusedServers: Set<String> = []
    var leftOut: [Scenario.LeftOutTransport] = []
    /// The names of transports that third-party servers were to carry.
    var wantedTransports: Set<String> = []
    let peerSource: any PeerSource
    private(set) var errors: [ScenarioError] = []
    private var noted: Set<ScenarioError> = []

    init(file: String, registry: TransportRegistry, peers: any PeerSource = NoPeers()) {
        self.file = file
        self.registry = registry
        peerSource = peers
        transports = registry.receiving
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
        let repeats = value(Fields.repeats, in: group)
        let seed = value(Fields.seed, in: group)
        let maker = cases(root, in: group, repeats: repeats ?? 1)
        if let maker { checkServers(making: maker.count, at: root.location) }
        guard let name, let question, let repeats, let seed, let maker else { return nil }
        let cases = remaining(maker.cases(), in: group).withAxes
        return Scenario(
            name: name, question: question, cases: cases, thresholds: thresholds(of: cases, in: group),
            claims: claims(about: cases, in: group), repeats: repeats, seed: seed,
            recordingPlaces: recordingPlaces, peers: peers, leftOut: leftOut)
    }

    /// The cases of every point of the named axes.
    private mutating func cases(_ root: SourceNode, in group: FieldGroup, repeats: Int) -> CaseMaker? {
        guard let points = axisPoints(root, in: group) else { return nil }
        var maker = CaseMaker()
        for point in points {
            guard let uses = uses(point.root) else { return nil }
            let count = uses.reduce(maker.count) { $0.addingReportingOverflow($1.fields.count).partialValue }
            if checkSize(count, times: repeats, at: root.location) { return nil }
            maker.add(uses, at: point.facts, servers: namedServers.map(\.name))
        }
        return maker
    }

    /// Each transport with the fields that apply to it.
    private mutating func uses(_ root: SourceNode) -> [(use: UnnamedUse, fields: CaseFields)]? {
        guard let group = open(root, as: "the scenario") else { return nil }
        let fields = caseFields(in: group)
        guard let uses = transportUses(in: group), let fields else { return nil }
        var complete: [(use: UnnamedUse, fields: CaseFields)] = []
        for (use, changes, node) in uses {
            var own: CaseFields? = fields
            if let changes { own = self.fields(changedBy: changes, in: root) }
            guard var own else { return nil }
            for time in own.feedTimes { checkNetworks(own.networks, with: [use.unnamed], in: time) }
            checkStrains(of: own, with: use.unnamed)
            checkScaleOuts(of: own, with: use.unnamed)
            keepServers(in: &own, carrying: use, at: node)
            complete.append((use, own))
        }
        return complete
    }

    /// The fields that make cases.
    mutating func caseFields(in group: FieldGroup) -> CaseFields? {
        let feeds = group.entries["send"].map { messages($0.value, in: group) } ?? feeds(in: group)
        let clients = values(Fields.clients, in: group)
        let networks = networks(in: group)
        let warmups = values(Fields.warmup, in: group)
        let durations = values(Fields.duration, in: group)
        let strains = strains(in: group)
        let scaleOuts = scaleOuts(in: group)
        let servers = servers(in: group)
        guard let feeds, let clients, let scaleOuts, let networks, let warmups, let durations, let strains, let servers
        else { return nil }
        let fields = CaseFields(
            feeds: feeds, clients: clients, scaleOuts: scaleOuts, networks: networks, warmups: warmups,
            durations: durations, strains: strains, servers: servers)
        for time in fields.feedTimes { checkMessages(of: feeds, within: time, in: group) }
        return fields
    }

    /// Notes a mistake; once, although fields are read again for each point of an axis.
    mutating func fail(_ location: ScenarioError.Location, _ message: String) {
        let error = ScenarioError(at: location, message)
        if noted.insert(error).inserted { errors.append(error) }
    }

    private mutating func question(in group: FieldGroup) -> String? {
        guard let entry = group.entries["question"] else { return "" }
        guard let text = scalar(entry) else { return nil }
        let length = text.unicodeScalars.count
        guard length <= 1000 else {
            fail(entry.value.location, "question has \(length) characters; allowed 0 to 1000")
            return nil
        }
        return text
    }

    /// Reports sweeps with too many runs.
    mutating func checkSize(_ cases: Int, times repeats: Int = 1, at location: ScenarioError.Location) -> Bool {
        let runs = saturatingProduct(cases, repeats)
        guard runs > Self.maximumRuns else { return false }
        let parts = repeats == 1 ? "\(cases) cases" : "\(runs) runs (\(cases) cases, \(repeats) repeats)"
        fail(location, "the sweeps make \(parts); allowed 1 to \(Self.maximumRuns)\(repeats == 1 ? "" : " runs")")
        return true
    }
}
