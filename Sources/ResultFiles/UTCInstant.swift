/// A point in time as result files write it: `2026-01-31T12:00:00.000Z`, ISO 8601 UTC, to the millisecond.
package struct UTCInstant: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package var millisecondsSince1970: Int64

    /// - Parameter milliseconds: Since 1970-01-01T00:00:00Z; years 0 to 9999 have a text.
    package init(millisecondsSince1970 milliseconds: Int64) {
        millisecondsSince1970 = milliseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    package var description: String {
        let (date, time, milliseconds) = parts
        return "\(date.map { $0.text }.joined(separator: "-"))T\(time.map { $0.text }.joined(separator: ":"))"
            + ".\(Padded(milliseconds, 3).text)Z"
    }

    /// `20260131T120000Z`, for the names of folders.
    package var compactText: String {
        let (date, time, _) = parts
        return "\(date.map { $0.text }.joined())T\(time.map { $0.text }.joined())Z"
    }

    private var parts: (date: [Padded], time: [Padded], milliseconds: Int64) {
        let (days, rest) = millisecondsSince1970.flooredDivision(by: 86_400_000)
        let (year, month, day) = civilDate(daysSince1970: days)
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60]
        return ([Padded(year, 4), Padded(month, 2), Padded(day, 2)], time.map { Padded($0, 2) }, rest % 1000)
    }
}

extension UTCInstant: CSVValue {
    static let kind = CSVColumn.Kind.datetime

    /// Reads exactly the form of ``description``.
    init?(field: String) {
        let text = Array(field.utf8)
        guard text.count == 24 else { return nil }
        let numbers = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19, 20..<23].map { range in
            text[range].reduce(Int64(0)) { $0 * 10 + Int64($1) - 48 }
        }
        let days = daysSince1970(year: numbers[0], month: numbers[1], day: numbers[2])
        let seconds = days * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
        self.init(millisecondsSince1970: seconds * 1000 + numbers[6])
        // Whatever is not written the one way does not come back the same.
        guard description == field else { return nil }
    }

    func fieldText(decimals: Int) -> String? { description }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = UTCInstant(field: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no instant like 2026-01-31T12:00:00.000Z")
        }
        self = instant
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private struct Padded {
    let text: String

    init(_ value: Int64, _ width: Int) {
        let digits = String(value)
        text = String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years start in March, eras have 400 of them.

private func civilDate(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}

private func daysSince1970(year: Int64, month: Int64, day: Int64) -> Int64 {
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).flooredDivision(by: 400)
    let marchMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
}
