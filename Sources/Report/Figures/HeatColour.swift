/// A colour of the scale cividis, which looks the same to the colour-blind and grows lighter in print.
struct HeatColour: Equatable {
    let hex: String
    /// Whether light text is readable on it.
    let isDark: Bool

    /// The colours between which it interpolates, the darkest first.
    static let stops = parts.map { hex([$0.0, $0.1, $0.2]) }

    private static let parts: [(Double, Double, Double)] = [
        (0, 32, 77), (0, 48, 111), (57, 72, 107), (87, 93, 109), (112, 113, 115), (138, 134, 121), (166, 157, 117),
        (196, 181, 108), (228, 207, 91), (255, 234, 70),
    ]

    /// - Parameters:
    ///   - value: A value above 0; others count as the lowest.
    ///   - low: The value of the darkest colour, above 0.
    ///   - high: The value of the lightest colour.
    init(_ value: Double, from low: Double, to high: Double) {
        let place = Scale.logarithmic(from: low, to: high, pixels: (0, Double(Self.parts.count - 1))).position(value)
        let bounded = min(max(place.isFinite ? place : 0, 0), Double(Self.parts.count - 1))
        let index = min(Int(bounded), Self.parts.count - 2)
        let share = bounded - Double(index)
        let (from, to) = (Self.parts[index], Self.parts[index + 1])
        let parts = [(from.0, to.0), (from.1, to.1), (from.2, to.2)].map { $0.0 + share * ($0.1 - $0.0) }
        hex = Self.hex(parts)
        isDark = 0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2] < 128
    }

    private static func hex(_ parts: [Double]) -> String {
        "#" + parts.map { twoDigits(Int($0.rounded())) }.joined()
    }

    private static func twoDigits(_ value: Int) -> String {
        let text = String(min(max(value, 0), 255), radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
