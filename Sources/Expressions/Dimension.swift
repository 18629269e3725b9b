/// What a number measures, as powers of time and bytes: a rate of bytes is bytes¹ time⁻¹; a count or a ratio has
/// neither.
package struct Dimension: Sendable, Hashable {
    let time: Int
    let bytes: Int

    static let number = Dimension(time: 0, bytes: 0)
    static let time = Dimension(time: 1, bytes: 0)
    static let bytes = Dimension(time: 0, bytes: 1)
    static let rate = Dimension(time: -1, bytes: 0)
    static let byteRate = Dimension(time: -1, bytes: 1)

    static func * (left: Self, right: Self) -> Self {
        Dimension(time: left.time + right.time, bytes: left.bytes + right.bytes)
    }

    static func / (left: Self, right: Self) -> Self {
        Dimension(time: left.time - right.time, bytes: left.bytes - right.bytes)
    }

    /// `a time`, `bytes`, `a rate`, for messages.
    package var noun: String {
        switch self {
        case .number: "a number"
        case .time: "a time"
        case .bytes: "bytes"
        case .rate: "a rate"
        case .byteRate: "bytes per time"
        default: "time^\(time) × bytes^\(bytes)"
        }
    }

    /// How a number of this dimension is written: `5us, 5ms or 5s`; `nil` if no unit has this dimension.
    func example(_ digits: String) -> String? {
        let units: [String]
        switch self {
        case .number: return digits
        case .time: units = ["us", "ms", "s"]
        case .bytes: units = ["B", "kB", "KiB"]
        case .rate: units = ["/s", "/min", "/h"]
        case .byteRate: units = ["B/s", "kB/s", "Mbit/s"]
        default: return nil
        }
        return "\(digits)\(units[0]), \(digits)\(units[1]) or \(digits)\(units[2])"
    }
}
