import Feed
import Measurement

extension ScenarioDecoder {
    /// All feeds: one per combination of swept fields.
    mutating func feeds(in group: FieldGroup) -> [Scenario.Feed]? {
        guard let nodes = list("feeds", in: group) else { return nil }
        var feeds: [Scenario.Feed] = []
        for (index, node) in nodes.enumerated() {
            let swept = ["content", "arrivals", "burst", "speed"]
            if checkSize(node.expansions(swept), at: node.location) { return nil }
            for feed in node.expanded(swept).flatMap({ self.feeds($0, index: index) }) {
                if feeds.contains(feed) { fail(node.location, "feeds[\(index)] repeats an earlier feed (\(feed.id))") }
                feeds.append(feed)
            }
            // Stop before a wide sweep takes time and memory.
            if checkSize(feeds.count, at: node.location) { return nil }
        }
        return feeds.isEmpty ? nil : feeds
    }

    private mutating func feeds(_ node: SourceNode, index: Int) -> [Scenario.Feed] {
        let allowed = ScenarioField.names(under: "feeds[].")
        let example = "{source: \(["synthetic", "host"].first { $0 == node.shortText } ?? "synthetic")}"
        guard let group = open(node, as: "feeds[\(index)]", allowed: allowed, example: example) else { return [] }
        require("source", in: group)
        guard let entry = group.entries["source"], let text = scalar(entry),
            let source = source(text, at: entry.value.location)
        else { return [] }
        switch source {
        case .synthetic: return synthetic(in: group)
        case .host: return host(in: group)
        case .replay: return replay(source, in: group)
        case .clients: preconditionFailure("source is never the clients")
        }
    }

    private mutating func synthetic(in group: FieldGroup) -> [Scenario.Feed] {
        refuse(fieldsBeside: "synthetic", in: group, because: "rate sets the pace of a synthetic feed")
        let content = word("content", default: ItemContent.filler, in: group)
        let arrivals = word("arrivals", default: Scenario.Arrivals.constant, in: group)
        if arrivals != .bursty { refuse(["burst"], in: group, because: "burst belongs to arrivals: bursty") }
        guard let rates = values(Fields.rate, in: group), let payloads = values(Fields.payload, in: group),
            let burst = value(Fields.burst, in: group), let content, let arrivals
        else { return [] }
        if checkSize(rates.count * payloads.count, at: group.location) { return [] }
        return rates.flatMap { rate in
            payloads.map { payload in
                Scenario.Feed(
                    source: .synthetic, rate: rate, payload: payload, content: content, arrivals: arrivals,
                    burst: arrivals == .bursty ? burst : nil, speed: nil)
            }
        }
    }

    private mutating func host(in group: FieldGroup) -> [Scenario.Feed] {
        refuse(fieldsBeside: "host", in: group, because: "a host feed has only a rate")
        guard let rates = values(Fields.rate, in: group) else { return [] }
        return rates.map {
            Scenario.Feed(source: .host, rate: $0, payload: nil, arrivals: .constant, burst: nil, speed: nil)
        }
    }

    private mutating func replay(_ source: Scenario.Feed.Source, in group: FieldGroup) -> [Scenario.Feed] {
        let reason = "a replay has its own pace and data; speed makes it faster or slower"
        refuse(fieldsBeside: "replay", in: group, because: reason)
        guard let speed = value(Fields.speed, in: group) else { return [] }
        return [Scenario.Feed(source: source, rate: nil, payload: nil, arrivals: .constant, burst: nil, speed: speed)]
    }

    private mutating func refuse(fieldsBeside source: String, in group: FieldGroup, because reason: String) {
        let allowed = ScenarioField.ofFeed(source) + ["source"]
        refuse(
            ScenarioField.names(under: "feeds[].").filter { !allowed.contains($0) }, in: group, because: reason)
    }

    private mutating func refuse(_ names: [String], in group: FieldGroup, because reason: String) {
        for name in names {
            guard let entry = group.entries[name] else { continue }
            fail(entry.keyLocation, "\(name) does not apply: \(reason)")
        }
    }

    private mutating func source(_ text: String, at location: ScenarioError.Location) -> Scenario.Feed.Source? {
        let allowed = "allowed synthetic, host, replay:FILE"
        switch text {
        case "synthetic": return .synthetic
        case "host": return .host
        case "stdin", "external":
            fail(location, "source \(text) cannot be repeated, so a scenario cannot compare with it; \(allowed)")
        case "replay", "replay:":
            fail(location, "source replay names no file; \(allowed)")
        case _ where text.hasPrefix("replay:"):
            let path = resolved(String(text.dropFirst("replay:".count)))
            if recordingPlaces[path] == nil { recordingPlaces[path] = location }
            return .replay(path: path)
        default:
            let suggestion = FeedSource.suggestion(for: text, among: ["synthetic", "host"])
            fail(location, "source is \"\(text.prefix(64))\"; \(allowed)\(suggestion)")
        }
        return nil
    }

    /// A path relative to the scenario's folder, made relative to the working directory.
    func resolved(_ path: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return file[...slash] + path
    }
}
