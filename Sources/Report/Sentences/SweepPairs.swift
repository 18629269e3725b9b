/// Two cases along an axis.
enum SweepPairs {
    private static let mostPairs = 4

    private enum Order: Equatable {
        case higher, lower, unclear

        init(_ quantity: SweepQuantity, _ one: CaseResult, _ other: CaseResult) {
            if quantity.isClearlyAbove(one, other) {
                self = .higher
            } else {
                self = quantity.isClearlyAbove(other, one) ? .lower : .unclear
            }
        }

        var text: String {
            switch self {
            case .higher: "higher"
            case .lower: "lower"
            case .unclear: "no clear difference"
            }
        }
    }

    /// The pairs of the question: `Long polling against WebSocket in median delay by rate: at 2/s no clear difference;
    /// from 10/s to 50/s higher.`, with a place for the block. Values that one of them lacks are left out.
    static func named(_ series: [Sweep.Series], _ quantity: SweepQuantity, _ axis: SweepAxis) -> [String] {
        let sentences = pairs(series).compactMap { one, other -> String? in
            let orders = axis.values.map { value -> Order? in
                guard let left = one.result(at: value), let right = other.result(at: value),
                    quantity.spread(left) != nil, quantity.spread(right) != nil
                else { return nil }
                return Order(quantity, left, right)
            }
            let parts = axis.runs(of: orders).compactMap { place, order in order.map { "\(place) \($0.text)" } }
            if parts.isEmpty { return nil }
            return
                "\(capitalized(one.phrase)) against \(other.phrase) in \(quantity.name) by "
                + "\(axis.name)\(AxisSentence.place): "
                + "\(parts.joined(separator: "; "))."
        }
        return Array(sentences.prefix(mostPairs))
    }

    /// `In bytes on the wire per item, short polling is above WebSocket up to interval 400ms and below it from 1600ms
    /// on.`
    static func crossings(_ series: [Sweep.Series], _ quantity: SweepQuantity, _ axis: SweepAxis) -> [String] {
        let sentences = pairs(series).compactMap { one, other -> String? in
            guard let change = crossing(one, other, quantity, axis) else { return nil }
            let (before, after) = change.isAboveFirst ? ("above", "below") : ("below", "above")
            return "In \(quantity.name), \(one.phrase) is \(before) \(other.phrase) up to \(axis.name) "
                + "\(change.last.text) and \(after) it from \(change.next.text) on."
        }
        return Array(sentences.prefix(mostPairs))
    }

    /// Two transports without the field are the same everywhere. Of several servers, a pair has the same server or the
    /// same transport.
    private static func pairs(_ series: [Sweep.Series]) -> [(Sweep.Series, Sweep.Series)] {
        series.indices.flatMap { first in
            let one = series[first]
            return series[(first + 1)...].filter { other in
                let isAlike = one.server == other.server || one.style.name == other.style.name
                return isAlike && !(one.isFlat && other.isFlat)
            }.map { (one, $0) }
        }
    }

    /// The two neighbouring values between which two series change places. They must do so once, and clearly be apart
    /// at both ends: otherwise it may be noise.
    private static func crossing(
        _ one: Sweep.Series, _ other: Sweep.Series, _ quantity: SweepQuantity, _ axis: SweepAxis
    ) -> (isAboveFirst: Bool, last: AxisValue, next: AxisValue)? {
        let points = axis.values.compactMap { value -> (value: AxisValue, order: Order, isAbove: Bool)? in
            guard let left = one.result(at: value), let right = other.result(at: value),
                let own = quantity.spread(left), let its = quantity.spread(right)
            else { return nil }
            return (value, Order(quantity, left, right), own.median > its.median)
        }
        let changes = points.indices.dropFirst().filter { points[$0].isAbove != points[$0 - 1].isAbove }
        guard let first = points.first, let last = points.last, changes.count == 1, let change = changes.first,
            first.order != .unclear, last.order != .unclear
        else { return nil }
        return (first.isAbove, points[change - 1].value, points[change].value)
    }
}
