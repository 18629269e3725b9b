import Host
import Measurement

/// Finds out when the bytes that a client has just read arrived at its host.
///
/// Before each read the driver asks the kernel which bytes wait and when they arrived. That time is valid for those
/// bytes only. If a read returns more bytes, or the kernel has no time, the receive timestamp is the time of the read,
/// which is never too early.
struct ArrivalReader {
    /// Bytes per read. This is also libcurl's default (`CURLOPT_BUFFERSIZE`).
    static let capacity = 16_384

    private var waiting: SocketArrival?
    // Bytes read since then.
    private var taken = 0
    private var lastStamp = MonotonicInstant(nanoseconds: 0)

    /// Call before a read, with the bytes that wait in the socket; `nil` if unknown.
    mutating func willRead(_ arrival: SocketArrival?) {
        waiting = arrival
        taken = 0
    }

    /// - Parameter count: Bytes just read from the socket, including TLS and all streams. If bytes were left out, later
    ///   bytes would be mistaken for bytes that waited, and their timestamp would be too early.
    mutating func read(_ count: Int) {
        taken += count
    }

    /// - Parameter now: The time after the read.
    /// - Returns: When the last byte read arrived; never before an earlier result.
    mutating func stamp(at now: MonotonicInstant) -> MonotonicInstant {
        var stamp = now
        if let waiting, taken <= waiting.bytes { stamp = min(now, waiting.instant) }
        lastStamp = max(lastStamp, stamp)
        return lastStamp
    }
}
