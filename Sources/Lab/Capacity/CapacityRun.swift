import Codecs
import Expressions
import Measurement
import ResultFiles
import Scenario

/// What `pushlab capacity` searches: the largest value of a field at which a condition is false, for each case of a
/// scenario.
package struct CapacityRun: Sendable {
    let text: String
    let file: String
    let overrides: [String]
    let field: RaisedField
    let condition: Predicate
    let limits: CapacitySearch.Limits
    /// Planned time of all measurements; the searches end when it is used up.
    package let time: Duration
    let faults: DeliberateFaults
    let peers: any PeerSource
    /// The cases at the first load.
    package let scenario: Scenario

    /// - Parameters:
    ///   - text: The scenario file's text.
    ///   - file: Its path.
    ///   - overrides: Changes of the scenario.
    ///   - field: The field to raise.
    ///   - condition: The condition to stop at.
    ///   - limits: Of each search.
    ///   - time: Planned time of all measurements.
    ///   - faults: Faults made on purpose, to test the instrument.
    ///   - peers: The third-party servers that the scenario can name.
    /// - Throws: `ScenarioErrors` for the scenario at the first load.
    package init(
        text: String, file: String, overrides: [String], raising field: RaisedField, until condition: Predicate,
        limits: CapacitySearch.Limits, time: Duration, faults: DeliberateFaults = DeliberateFaults(),
        peers: any PeerSource = NoPeers()
    ) throws(ScenarioErrors) {
        (self.text, self.file, self.overrides, self.field) = (text, file, overrides, field)
        (self.condition, self.limits, self.time, self.faults) = (condition, limits, time, faults)
        self.peers = peers
        scenario = try Scenario(
            text: text, file: file, overrides: overrides, setting: field, to: limits.start, peers: peers)
    }

    /// The scenario with another value of the field.
    ///
    /// - Returns: `nil` if the scenario does not allow the value, or has other cases then.
    func scenario(at load: Double) -> Scenario? {
        let other = try? Scenario(
            text: text, file: file, overrides: overrides, setting: field, to: load, peers: peers)
        return other?.cases.count == scenario.cases.count ? other : nil
    }

    /// Whether the ids of cases contain the load.
    var hasDistinctIDs: Bool {
        let other = field.nearest(limits.start < limits.range.upperBound ? limits.start * 2 : limits.start / 2)
        guard let cases = scenario(at: other)?.cases else { return false }
        return zip(cases, scenario.cases).allSatisfy { $0.id != $1.id }
    }

    /// The group of ``facts`` in the manifest's `environment`.
    static let factGroup = "capacity"

    /// For the manifest.
    var facts: [String: String] {
        [
            "raise": field.path, "until": condition.text, "start": field.text(limits.start),
            "most": field.text(limits.range.upperBound), "least": field.text(limits.range.lowerBound),
            "precision": Percentage(partsPerBillion: Int64(limits.precision * 1e9)).quantityText,
            "edge_repeats": "\(limits.edgeRepeats)", "time": time.quantityText,
        ]
    }
}
