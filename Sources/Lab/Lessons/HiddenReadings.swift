import Measurement

/// The readings of a student's server, numbered from 1: ten per second for four seconds, then none for eight, and so
/// on. The pause shows how long the server holds a poll. If readings are lost, the same number is lost of each 20
/// consecutive ones, at random places.
struct HiddenReadings: Sendable {
    private let lostOfTwenty: Int
    private var random: SeededGenerator
    private var number = 0
    private var isLost: [Bool] = []

    private static let block = 20
    private static let period = Duration.milliseconds(100)
    private static let perCycle = 40
    private static let cycle = Duration.seconds(12)

    init(_ parameter: HiddenParameter, seed: UInt64) {
        lostOfTwenty = if case .loss(let lost) = parameter { lost } else { 0 }
        random = SeededGenerator(seed: seed)
    }

    /// When the next reading is due, from the start of the feed.
    var due: Duration {
        Self.cycle * (number / Self.perCycle) + Self.period * (number % Self.perCycle + 1)
    }

    /// - Returns: The next reading; `nil` if it is lost.
    mutating func next() -> String? {
        if number % Self.block == 0 {
            isLost = (0..<Self.block).map { $0 < lostOfTwenty }
            random.shuffle(&isLost)
        }
        defer { number += 1 }
        if isLost[number % Self.block] { return nil }
        let tenths = 200 + random.uniform(below: 50)
        return #"{"reading":\#(number + 1),"celsius":\#(tenths / 10).\#(tenths % 10)}"#
    }
}
