/// The verdict on an answer. It helps a student to measure again, and does not reveal the value.
package enum HiddenVerdict: Sendable, Hashable, CustomStringConvertible {
    case right
    /// The answer names a property that is usual.
    case otherProperty(HiddenParameter.Kind)
    /// The delay of one direction, where that of both was asked for.
    case halfOfRoundTrip
    case tooSmall
    case tooLarge

    init<Value: Comparable>(_ answer: Value, accepting range: ClosedRange<Value>) {
        self = range.contains(answer) ? .right : answer < range.lowerBound ? .tooSmall : .tooLarge
    }

    /// A sentence for the student, after the id.
    package var description: String {
        switch self {
        case .right: "the answer is in range"
        case .otherProperty(let kind):
            "the answer is not in range: the \(kind.rawValue) of this server is usual; measure the other properties"
        case .halfOfRoundTrip:
            "the answer is not in range: the property is right, but a round trip takes the delay of both directions"
        case .tooSmall: "the answer is not in range: the property is right, but the value is too small"
        case .tooLarge: "the answer is not in range: the property is right, but the value is too large"
        }
    }
}
