/// What a scenario's question asks for: sentences and columns about it come first.
struct QuestionTopics: Equatable {
    enum Topic: CaseIterable {
        case bytes, delay, processor, requests, items, setup, memory

        /// Beginnings of words.
        fileprivate var words: [String] {
            switch self {
            case .bytes: ["byte", "overhead", "header", "bandwidth", "traffic", "wire", "compress", "size"]
            case .delay: ["delay", "latenc", "late", "fast", "slow", "quick", "real-time", "old", "stale"]
            case .processor: ["cpu", "processor", "computing"]
            case .requests: ["request", "poll"]
            case .items: ["miss", "lost", "skip", "duplicate", "order", "coheren"]
            case .setup: ["handshake", "connect", "open", "setup", "set-up"]
            case .memory: ["memory", "ram"]
            }
        }
    }

    let topics: Set<Topic>

    init(_ question: String?) {
        let words = (question ?? "").lowercased().split { !$0.isLetter && $0 != "-" }
        topics = Set(
            Topic.allCases.filter { topic in words.contains { word in topic.words.contains { word.hasPrefix($0) } } })
    }

    func contains(_ topic: Topic) -> Bool { topics.contains(topic) }

    /// Sentences in their order, those about the question first.
    func sorted(_ sentences: [(topic: Topic, text: String)]) -> [String] {
        let first = sentences.filter { topics.contains($0.topic) }
        return (first + sentences.filter { !topics.contains($0.topic) }).map(\.text)
    }
}
