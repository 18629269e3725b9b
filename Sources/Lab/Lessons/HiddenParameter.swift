import Codecs
import Link
import Measurement

/// The unusual property of a student's server, and its value. Both follow from the student's id, so nothing is stored.
package enum HiddenParameter: Sendable, Hashable {
    /// The network in front of the server has this round-trip time.
    case delay(Duration)
    /// The server drops this number of every 20 readings.
    case loss(ofTwenty: Int)
    /// The server answers a long poll after this time if there is no item.
    case hold(Duration)

    /// The raw value begins an answer: `delay=120ms`.
    package enum Kind: String, CaseIterable, Sendable {
        case delay, loss, hold
    }

    // The step between two values is more than twice the accepted error, so that only one value fits an answer.
    private static let delays = stride(from: 40, through: 300, by: 20).map { Duration.milliseconds($0) }
    private static let losses = Array(1...8)
    private static let holds = stride(from: 1_000, through: 6_000, by: 500).map { Duration.milliseconds($0) }

    /// - Parameters:
    ///   - student: Whose server it is.
    ///   - word: A secret of the class, so that students cannot compute the value; may be empty.
    ///   - kind: `nil` to choose it from the id too.
    package init(of student: StudentID, word: String = "", kind: Kind? = nil) {
        let digest = SHA256.hexDigest(of: "pushlab lesson\n\(word)\n\(student)")
        // 16 hexadecimal digits always fit.
        var random = SeededGenerator(seed: UInt64(digest.prefix(16), radix: 16) ?? 0)
        let drawn = Self.pick(Kind.allCases, &random)
        switch kind ?? drawn {
        case .delay: self = .delay(Self.pick(Self.delays, &random))
        case .loss: self = .loss(ofTwenty: Self.pick(Self.losses, &random))
        case .hold: self = .hold(Self.pick(Self.holds, &random))
        }
    }

    private static func pick<Value>(_ values: [Value], _ random: inout SeededGenerator) -> Value {
        values[Int(random.uniform(below: UInt64(values.count)))]
    }

    var kind: Kind {
        switch self {
        case .delay: .delay
        case .loss: .loss
        case .hold: .hold
        }
    }

    /// Compares an answer with the accepted range: ± 9 ms for a delay, ± 240 ms for a hold, and for a loss ± 2.4 % of
    /// all readings.
    package func verdict(on answer: HiddenAnswer) -> HiddenVerdict {
        switch (self, answer) {
        case (.delay, .delay(let answer)):
            (times.lowerBound / 2...times.upperBound / 2).contains(answer)
                ? .halfOfRoundTrip : HiddenVerdict(answer, accepting: times)
        case (.hold, .hold(let answer)): HiddenVerdict(answer, accepting: times)
        case (.loss, .loss(let answer)): HiddenVerdict(answer, accepting: shares)
        default: .otherProperty(answer.kind)
        }
    }

    /// The value and the accepted answers, for the teacher.
    package var solution: String {
        switch self {
        case .delay(let time):
            "the network has a round-trip time of \(time.spokenText); accepted \(times.spokenText)"
        case .hold(let time):
            "the server answers a long poll after \(time.spokenText); accepted \(times.spokenText)"
        case .loss(let lost):
            "\(Percentage(percent: Int64(lost * 5))) of the readings are lost; accepted \(shares.lowerBound) to "
                + "\(shares.upperBound)"
        }
    }

    // The lab's tools measure a delay to a few milliseconds; a stopwatch is not enough.
    private var times: ClosedRange<Duration> {
        switch self {
        case .delay(let time): time - .milliseconds(9)...time + .milliseconds(9)
        case .hold(let time): time - .milliseconds(240)...time + .milliseconds(240)
        case .loss: .zero ... .zero
        }
    }

    private var shares: ClosedRange<Percentage> {
        guard case .loss(let lost) = self else { return Percentage(percent: 0)...Percentage(percent: 0) }
        let parts = Percentage(percent: Int64(lost * 5)).partsPerBillion
        let tolerance: Int64 = 24_000_000
        return Percentage(partsPerBillion: parts - tolerance)...Percentage(partsPerBillion: parts + tolerance)
    }
}

extension HiddenParameter {
    /// The network in front of the server.
    var link: LinkSettings {
        guard case .delay(let time) = self else { return LinkSettings() }
        let half = LinkDirectionSettings(delay: time / 2)
        return LinkSettings(up: half, down: half, slowStart: true)
    }

    /// How long the server holds a poll; `nil` for its usual time.
    var holdTime: Duration? {
        guard case .hold(let time) = self else { return nil }
        return time
    }
}
