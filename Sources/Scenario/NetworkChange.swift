import Link

/// One field of a network with one of its values.
struct NetworkChange: Sendable {
    /// As ``NetworkText`` reads it: `rtt=50ms`.
    let text: String
    let apply: @Sendable (inout LinkSettings) -> Void

    /// All combinations of the fields' values; the last field varies fastest.
    static func networks(_ fields: [[NetworkChange]], setsSlowStart: Bool) -> [Scenario.Network] {
        var combinations: [[NetworkChange]] = [[]]
        for values in fields {
            combinations = combinations.flatMap { earlier in values.map { earlier + [$0] } }
        }
        return combinations.map { changes in
            var settings = LinkSettings()
            for change in changes { change.apply(&settings) }
            if !setsSlowStart { settings.slowStart = settings.roundTrip > .zero }
            let text = changes.isEmpty ? "rtt=0s" : changes.map(\.text).joined(separator: ",")
            return Scenario.Network(text: text, settings: settings)
        }
    }
}

extension LinkSettings {
    /// Half of the round trip in each direction.
    mutating func setRoundTrip(_ time: Duration) {
        up.delay = time / 2
        down.delay = time - time / 2
    }
}

/// The directions that a field changes.
enum LinkPart: String, Sendable {
    case both
    case up
    case down

    /// Before the field's name in ``NetworkText``.
    var prefix: String { self == .both ? "" : "\(rawValue)." }

    func change(_ settings: inout LinkSettings, _ body: (inout LinkDirectionSettings) -> Void) {
        if self != .down { body(&settings.up) }
        if self != .up { body(&settings.down) }
    }
}
