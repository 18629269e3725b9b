import Measurement

/// Numbers the cases of each transport, so that each has another dash; cases of one server have the same everywhere.
struct CaseNumbers {
    private let servers: [String]
    private var uses: [[String]: Int] = [:]
    private var numbers: [[String]: Int] = [:]

    /// - Parameter results: All cases of the run.
    init(_ results: [CaseResult]) {
        servers = results.map(\.server).distinct()
    }

    /// - Parameter result: One case of the run after another, in the order of the file.
    /// - Returns: Its number among the cases of its transport, from 0.
    mutating func next(_ result: CaseResult) -> Int {
        let key = [result.server, result.transport]
        let use = uses[key, default: 0]
        uses[key] = use + 1
        return place(of: result) + max(1, servers.count) * use
    }

    /// For several panels with one legend.
    ///
    /// - Parameter result: One case of the run after another, in the order of the file.
    /// - Returns: As ``next(_:)``, and the same for all cases with the same label.
    mutating func number(_ result: CaseResult) -> Int {
        let key = [result.server, result.transport, result.label]
        let number = numbers[key] ?? next(result)
        numbers[key] = number
        return number
    }

    /// The style of a case; the colours of several servers get other shades when all dashes are used.
    func style(of result: CaseResult) -> TransportStyle {
        result.style.shaded(place(of: result) / LineDash.count)
    }

    private func place(of result: CaseResult) -> Int { servers.firstIndex(of: result.server) ?? 0 }
}
