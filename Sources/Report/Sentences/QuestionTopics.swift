/// What a scenario's question asks for: sentences and columns about it come first.
struct QuestionTopics: Equatable {
    enum Topic: CaseIterable {
        case bytes, delay, rhythm, processor, requests, items, waste, setup, memory, recovery

        /// Beginnings of words.
        fileprivate var words: [String] {
            switch self {
            case .bytes: ["byte", "overhead", "header", "bandwidth", "traffic", "wire", "compress", "size"]
            case .delay: ["delay", "latenc", "late", "fast", "slow", "quick", "real-time", "old", "stale"]
            case .rhythm: ["gap", "jitter", "rhythm"]
            case .processor: ["cpu", "processor", "computing"]
            case .requests: ["request", "poll"]
            case .items: ["miss", "lost", "skip", "duplicate", "order", "coheren"]
            case .waste: ["wast", "empty"]
            case .setup: ["handshake", "connect", "open", "setup", "set-up"]
            case .memory: ["memory", "ram"]
            case .recovery: ["recover", "restart", "again", "reconnect"]
            }
        }
    }

    let topics: Set<Topic>

    init(_ question: String?) {
        let words = (question ?? "").lowercased().split { !$0.isLetter && $0 != "-" }
        let named = Set(
            Topic.allCases.filter { topic in words.contains { word in topic.words.contains { word.hasPrefix($0) } } })
        // A cost of no named kind is one in bytes.
        let hasCost = words.contains { $0.hasPrefix("cost") } && named.isDisjoint(with: [.bytes, .processor, .memory])
        let isOfServer = words.contains { $0.hasPrefix("cost") } && words.contains { $0.hasPrefix("server") }
        topics = named.union(hasCost ? [.bytes] : []).union(isOfServer ? [.processor] : [])
    }

    /// Words of questions that mean a field with another name; beginnings of words.
    private static let fieldWords = [
        "tls": ["encrypt"], "deflate": ["compress"], "gzip": ["compress"], "http": ["http/2"],
        "headers": ["cookie", "token", "header"], "network": ["distance", "network", "far"], "payload": ["size"],
        "lifetime.mean": ["disconnect"], "slow-clients": ["slow"], "subprotocol": ["binary"],
    ]

    /// Whether a question names a field of the scenario.
    static func asks(_ question: String?, about field: String) -> Bool {
        let text = (question ?? "").lowercased()
        if text.contains(field.lowercased()) { return true }
        let words = text.split { $0.isWhitespace || $0 == "," }
        return (fieldWords[field] ?? []).contains { start in words.contains { $0.hasPrefix(start) } }
    }

    /// Whether a question begins such a part: `How many clients …`.
    static func asksHowMany(_ noun: String, _ question: String?) -> Bool {
        (question ?? "").lowercased().contains("how many \(noun)")
    }

    func contains(_ topic: Topic) -> Bool { topics.contains(topic) }

    /// Sentences in their order, those about the question first.
    func sorted(_ sentences: [(topic: Topic, text: String)]) -> [String] {
        let first = sentences.filter { topics.contains($0.topic) }
        return (first + sentences.filter { !topics.contains($0.topic) }).map(\.text)
    }
}
