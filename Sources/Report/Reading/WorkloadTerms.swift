import ResultFiles

/// The words for a workload in tables, sentences and plots.
struct WorkloadTerms: Equatable {
    /// What is counted: `item`.
    let noun: String
    /// What a transport did: `delivered items`.
    let action: String
    /// What is timed: `delay`.
    let time: String
    /// The heading of delay columns in the terminal, as two lines.
    let upperHeading: String
    let lowerHeading: String

    init(_ workload: Workload) {
        switch workload {
        case .push:
            (noun, action, time) = ("item", "delivered items", "delay")
            (upperHeading, lowerHeading) = ("delay", "")
        case .echo:
            (noun, action, time) = ("message", "echoed messages", "round trip")
            (upperHeading, lowerHeading) = ("round", "trip ")
        }
    }
}

extension CaseResult {
    /// Push in files from before the column `workload`.
    var workload: Workload { rows.first?.workload ?? .push }
    var terms: WorkloadTerms { WorkloadTerms(workload) }
}

extension Condition {
    /// All cases of a condition have the same workload.
    var terms: WorkloadTerms { WorkloadTerms(cases.first?.workload ?? .push) }
}

extension ReportFolder {
    /// A sentence for captions of delay plots if the run has echo cases; otherwise empty.
    var roundTripNote: String {
        summary.contains { $0.workload == .echo }
            ? " In an echo run, the delay is a round trip: from when a message is due until its echo arrives."
            : ""
    }
}
