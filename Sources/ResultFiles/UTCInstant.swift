import Glibc

/// A point in time as in result files: `2026-01-31T12:00:00.000Z`, ISO 8601 UTC, to the millisecond.
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

    /// `20260131T120000Z`, for folder names.
    package var compactText: String {
        let (date, time, _) = parts
        return "\(date.map { $0.text }.joined())T\(time.map { $0.text }.joined())Z"
    }

    private var parts: (date: [Padded], time: [Padded], milliseconds: Int64) {
        let (quotient, remainder) = millisecondsSince1970.quotientAndRemainder(dividingBy: 1_000)
        var seconds = time_t(remainder < 0 ? quotient - 1 : quotient)
        var civil = tm()
        gmtime_r(&seconds, &civil)
        return (
            [Padded(civil.tm_year + 1900, 4), Padded(civil.tm_mon + 1, 2), Padded(civil.tm_mday, 2)],
            [civil.tm_hour, civil.tm_min, civil.tm_sec].map { Padded($0, 2) },
            remainder < 0 ? remainder + 1_000 : remainder
        )
    }
}

extension UTCInstant: CSVValue {
    static let kind = CSVColumn.Kind.datetime

    /// Reads exactly the form of ``description``.
    init?(field: String) {
        let text = Array(field.utf8)
        guard text.count == 24 else { return nil }
        let numbers = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19, 20..<23].map { range in
            text[range].reduce(Int32(0)) { $0 * 10 + Int32($1) - 48 }
        }
        var civil = tm()
        (civil.tm_year, civil.tm_mon, civil.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
        (civil.tm_hour, civil.tm_min, civil.tm_sec) = (numbers[3], numbers[4], numbers[5])
        self.init(millisecondsSince1970: Int64(timegm(&civil)) * 1_000 + Int64(numbers[6]))
        // Any other spelling gives a different description.
        guard description == field else { return nil }
    }

    func fieldText(decimals: Int) -> String? { description }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = UTCInstant(field: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is not a UTC time such as 2026-01-31T12:00:00.000Z")
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

    init(_ value: some BinaryInteger, _ width: Int) {
        let digits = String(value)
        text = String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
