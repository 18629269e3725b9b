import Measurement

/// A student's answer: `delay=120ms`, `loss=15%` or `hold=3.5s`.
package enum HiddenAnswer: Sendable, Hashable {
    case delay(Duration)
    case loss(Percentage)
    case hold(Duration)

    var kind: HiddenParameter.Kind {
        switch self {
        case .delay: .delay
        case .loss: .loss
        case .hold: .hold
        }
    }

    private static let form = "allowed delay=TIME, loss=SHARE or hold=TIME, such as delay=120ms or loss=15%"

    /// - Throws: ``LessonFault`` that says what is allowed.
    package init(_ text: String) throws(LessonFault) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let kind = HiddenParameter.Kind(rawValue: parts[0]) else {
            throw LessonFault("is \(ShownValue.text(text)); \(Self.form)")
        }
        do throws(QuantityError) {
            switch kind {
            case .delay: self = .delay(try Duration(quantity: parts[1]))
            case .loss: self = .loss(try Percentage(quantity: parts[1]))
            case .hold: self = .hold(try Duration(quantity: parts[1]))
            }
        } catch {
            throw LessonFault("has \(kind.rawValue)=\(parts[1].prefix(64)): \(error)")
        }
    }
}
