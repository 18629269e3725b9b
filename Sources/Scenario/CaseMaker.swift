import Measurement
import Transports

/// The values of the fields that make cases, in one part of a scenario.
struct CaseFields: Sendable {
    var feeds: [Scenario.Feed]
    var clients: [Int]
    /// `nil` is one server without a stream and a proxy.
    var scaleOuts: [Int?]
    var networks: [Scenario.Network?]
    var warmups: [Duration]
    var durations: [Duration]
    var strains: [Scenario.Strain]
    var servers: [String]

    /// The different times from the first item to the last.
    var feedTimes: Set<Duration> { Set(warmups.flatMap { warmup in durations.map { warmup + $0 } }) }

    private var counts: [Int] {
        [
            feeds.count, clients.count, scaleOuts.count, networks.count, warmups.count, durations.count, strains.count,
            servers.count,
        ]
    }

    /// Number of cases per use of a transport; the largest number if it cannot be stored.
    var count: Int { counts.reduce(1, saturatingProduct) }

    /// The indices of every combination, the last field fastest.
    fileprivate var places: [[Int]] {
        counts.reduce([[]]) { places, count in places.flatMap { place in (0..<count).map { place + [$0] } } }
    }
}

/// The product, or the largest number if it is larger.
func saturatingProduct(_ left: Int, _ right: Int) -> Int {
    let (product, isBeyond) = left.multipliedReportingOverflow(by: right)
    return isBeyond ? .max : product
}

/// Makes the cases of a scenario and names them.
struct CaseMaker {
    /// A case without its name.
    private struct Draft: Hashable {
        let feed: Scenario.Feed
        let clients: Int
        let scaleOut: Int?
        let network: Scenario.Network?
        let warmup: Duration
        let duration: Duration
        let strain: Scenario.Strain
        let server: String
        let use: UnnamedUse
    }

    // Each with the values of named axes.
    private var drafts: [(draft: Draft, point: [CaseFact])] = []
    private var known: Set<Draft> = []

    var count: Int { drafts.count }

    /// Adds the cross product of the fields with the transports; feeds vary slowest, servers almost fastest, and
    /// transports fastest, so that the cases of one server stand together. A case that is there already is not added
    /// again: an axis may concern only some transports.
    ///
    /// - Parameters:
    ///   - uses: Each with the fields that apply to it.
    ///   - point: The values of named axes.
    ///   - servers: All servers of the scenario in their order.
    mutating func add(
        _ uses: [(use: UnnamedUse, fields: CaseFields)], at point: [CaseFact], servers: [String]
    ) {
        var placed: [(place: [Int], draft: Draft)] = []
        for (index, (use, fields)) in uses.enumerated() {
            placed += Self.drafts(of: use, fields, servers: servers).map { ($0.place + [index], $0.draft) }
        }
        let sorted = placed.sorted { $0.place.lexicographicallyPrecedes($1.place) }
        for (_, draft) in sorted where known.insert(draft).inserted { drafts.append((draft, point)) }
    }

    private static func drafts(
        of use: UnnamedUse, _ fields: CaseFields, servers: [String]
    ) -> [(place: [Int], draft: Draft)] {
        fields.places.map { place in
            let draft = Draft(
                feed: fields.feeds[place[0]], clients: fields.clients[place[1]], scaleOut: fields.scaleOuts[place[2]],
                network: fields.networks[place[3]], warmup: fields.warmups[place[4]],
                duration: fields.durations[place[5]], strain: fields.strains[place[6]],
                server: fields.servers[place[7]], use: use)
            // The same for all uses, although each has its own servers.
            let server = servers.firstIndex(of: draft.server) ?? servers.count
            return (Array(place.dropLast()) + [server], draft)
        }
    }

    /// The cases with names; their axes are not decided.
    func cases() -> [Scenario.Case] {
        let all = drafts.map(\.draft)
        let uses = UseNames(all.map(\.use))
        let feedNames = Self.names(all.map(\.feed)) { $0.id }
        let networkNames = Self.names(all.compactMap(\.network)) { $0.id }
        let strainNames = Self.names(all.map(\.strain)) { $0.id }
        let hasWarmups = Set(all.map(\.warmup)).count > 1
        let hasDurations = Set(all.map(\.duration)).count > 1
        let namesServers = Set(all.map(\.server)) != [Scenario.ownServer]
        return drafts.map { draft, point in
            let use = uses.named(draft.use)
            var parts = [
                feedNames[draft.feed] ?? draft.feed.id, "\(draft.clients)-client\(draft.clients == 1 ? "" : "s")",
            ]
            if let servers = draft.scaleOut { parts.append("\(servers)-server\(servers == 1 ? "" : "s")") }
            if let network = draft.network { parts.append(networkNames[network] ?? network.id) }
            if hasWarmups { parts.append("warmup-\(draft.warmup.quantityText)") }
            if hasDurations { parts.append("duration-\(draft.duration.quantityText)") }
            if let name = strainNames[draft.strain], !draft.strain.id.isEmpty { parts.append(name) }
            let condition = parts.joined(separator: "_")
            let end = namesServers ? "\(draft.server)_\(use.id)" : use.id
            return Scenario.Case(
                id: "\(condition)_\(end)", condition: condition, feed: draft.feed, clients: draft.clients,
                scaleOut: draft.scaleOut, network: draft.network, server: draft.server, transport: use,
                warmup: draft.warmup, duration: draft.duration, strain: draft.strain, point: point)
        }
    }

    /// A name for each different value; the second value with the same name gets `-2`.
    private static func names<Value: Hashable>(_ values: [Value], _ name: (Value) -> String) -> [Value: String] {
        var names: [Value: String] = [:]
        var seen: [String: Int] = [:]
        for value in values where names[value] == nil {
            let name = name(value)
            let count = seen[name, default: 0] + 1
            seen[name] = count
            names[value] = count == 1 ? name : "\(name)-\(count)"
        }
        return names
    }
}

extension [Scenario.Case] {
    /// The cases with their axes: the fields that have several values among the cases of the same transport, or that
    /// some of these cases have and others have not.
    var withAxes: Self {
        var values: [String: Set<String>] = [:]
        func key(_ fact: CaseFact, _ experimentCase: Scenario.Case) -> String {
            "\(experimentCase.transport.name) \(fact.name)"
        }
        for experimentCase in self {
            let facts = experimentCase.allFacts
            let names = Set(facts.map(\.name))
            let missing = Scenario.Case.optionalFacts.subtracting(names).map { CaseFact($0, "") }
            for fact in facts + missing { values[key(fact, experimentCase), default: []].insert(fact.value) }
        }
        return map { experimentCase in
            var complete = experimentCase
            complete.axes = experimentCase.allFacts.filter { values[key($0, experimentCase), default: []].count > 1 }
            return complete
        }
    }
}
