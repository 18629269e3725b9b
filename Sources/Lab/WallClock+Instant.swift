import Host
import ResultFiles

extension WallClock {
    /// The time of day as result files write it.
    static func instant() -> UTCInstant {
        UTCInstant(millisecondsSince1970: unixMilliseconds())
    }
}
