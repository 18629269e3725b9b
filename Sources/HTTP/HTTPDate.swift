import Glibc

/// Formats an instant for the `Date` header (RFC 9110 §5.6.7, IMF-fixdate).
package enum HTTPDate {
    /// - Parameter unixSeconds: Seconds since 1970-01-01 UTC, years up to 9999.
    /// - Returns: 29 characters, such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func text(unixSeconds: Int64) -> String {
        var seconds = time_t(unixSeconds)
        var civil = tm()
        gmtime_r(&seconds, &civil)
        let time = [civil.tm_hour, civil.tm_min, civil.tm_sec].map(twoDigits).joined(separator: ":")
        let date = "\(twoDigits(civil.tm_mday)) \(months[Int(civil.tm_mon)]) \(civil.tm_year + 1900)"
        return "\(weekdays[Int(civil.tm_wday)]), \(date) \(time) GMT"
    }

    // Not strftime: its names depend on the locale.
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
