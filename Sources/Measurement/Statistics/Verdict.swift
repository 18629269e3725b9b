/// The result of comparing the repeats of a candidate with those of a baseline.
package enum Verdict: String, Sendable, Codable, CaseIterable {
    case better
    case worse
    /// Not "equal": the repeats are too few or vary too much to show a difference.
    case noDetectableDifference = "no detectable difference"
}
