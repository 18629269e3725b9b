import ResultFiles

/// How tables, sentences and plots call what was carried and what was timed.
struct WorkloadWords: Equatable {
    /// `item`, to be counted, and `an item`.
    let noun: String
    let one: String
    /// What a transport did with one.
    let carried: String
    /// `median delay`, `median round trip`.
    let timed: String
    /// Heads of the table's columns of delays: two lines for the terminal, one in full.
    let upperHead: String
    let lowerHead: String
    let title: String

    init(_ workload: Workload) {
        switch workload {
        case .push:
            (noun, one, carried, timed) = ("item", "an item", "carried an item", "median delay")
            (upperHead, lowerHead, title) = ("delay", "", "delay ")
        case .echo:
            (noun, one) = ("message", "a message")
            (carried, timed) = ("carried a message there and back", "median round trip")
            (upperHead, lowerHead, title) = ("round", "trip ", "round trip ")
        }
    }
}

extension CaseResult {
    /// Files that are older than the column knew one workload.
    var workload: Workload { rows.first?.workload ?? .push }
    var words: WorkloadWords { WorkloadWords(workload) }
}

extension Condition {
    /// Cases of one condition carry the same.
    var words: WorkloadWords { WorkloadWords(cases.first?.workload ?? .push) }
}

extension ReportFolder {
    /// A sentence for captions of delays, where the run has round trips; else empty.
    var roundTripNote: String {
        summary.contains { $0.workload == .echo }
            ? " An echo's delay is a round trip: the item is the client's own message, which arrives when it is back."
            : ""
    }
}
