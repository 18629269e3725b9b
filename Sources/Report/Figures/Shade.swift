/// Shades of a colour.
enum Shade {
    private static let black = 0.0
    private static let white = 255.0
    /// What is left of the colour; the next shades are nearer to black or white.
    private static let share = 0.6

    /// - Parameters:
    ///   - colour: `#RRGGBB`; any other text stays.
    ///   - step: 0 for the colour itself, 1 for a darker and 2 for a lighter one, 3 for a darker one again.
    /// - Returns: `#RRGGBB`.
    static func colour(_ colour: String, step: Int) -> String {
        guard step > 0, colour.count == 7, let number = Int(colour.dropFirst(), radix: 16) else { return colour }
        let target = step.isMultiple(of: 2) ? white : black
        var share = 1.0
        for _ in 0..<(step + 1) / 2 { share *= Self.share }
        let parts = [16, 8, 0].map { (shift: Int) -> String in
            let part = Double((number >> shift) & 0xff)
            let mixed = part * share + target * (1 - share)
            return hexadecimal(Int(mixed.rounded()))
        }
        return "#" + parts.joined()
    }

    private static func hexadecimal(_ byte: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
    }
}
