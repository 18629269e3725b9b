/// The `Date` field's form of an instant (RFC 9110 §5.6.7, IMF-fixdate).
package enum HTTPDate {
    /// - Parameter unixSeconds: Seconds since 1970-01-01 UTC, 0 or more.
    /// - Returns: 29 characters, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func text(unixSeconds: Int64) -> String {
        let (days, secondOfDay) = unixSeconds.quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civil(days)
        let weekday = weekdays[Int((days + 4) % 7)]
        let time = [secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(Int64(day))) \(months[month - 1]) \(year) \(time) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    // Days to date in the proleptic Gregorian calendar, by 400-year eras beginning on 1 March
    // (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func civil(_ daysSince1970: Int64) -> (year: Int64, month: Int, day: Int) {
        let days = daysSince1970 + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = Int(shifted < 10 ? shifted + 3 : shifted - 9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, Int(dayOfYear - (153 * shifted + 2) / 5 + 1))
    }
}
