import Expressions

let catalog = ColumnCatalog([
    "latency_p50_us": Unit("us") ?? .none, "latency_p99_us": Unit("us") ?? .none, "missed": .none, "items": .none,
    "duration_s": Unit("s") ?? .none, "overhead_bytes_per_item": Unit("bytes") ?? .none,
    "tcp_payload_bytes_down": Unit("bytes") ?? .none, "rate_per_s": Unit("1/s") ?? .none,
    "up.http_head": Unit("bytes") ?? .none, "coherence_ratio": .none,
])

/// Values by subject and column; the empty subject is the case that is being judged.
struct Table: ExpressionScope {
    var columns: [String: [Double?]]

    func values(of reference: ColumnReference) -> [Int: Double]? {
        let name = reference.subject.map { "\($0).\(reference.column)" } ?? reference.column
        guard let values = columns[name] else { return nil }
        return values.enumerated().reduce(into: [:]) { $0[$1.offset + 1] = $1.element }
    }
}

func fault(_ text: String) -> String? {
    do {
        _ = try Predicate(text, columns: catalog)
        return nil
    } catch {
        return error.description
    }
}

func value(_ text: String, _ columns: [String: [Double?]] = [:]) throws -> RepeatedValue? {
    try Expression(text, columns: catalog).evaluate(in: Table(columns: columns))
}

func holds(_ text: String, _ columns: [String: [Double?]] = [:]) throws -> Bool? {
    try Predicate(text, columns: catalog).holds(in: Table(columns: columns))
}
