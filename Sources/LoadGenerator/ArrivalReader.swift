import Host
import Measurement

/// When the bytes that a client has just read arrived at its host.
///
/// Asked before each read. The kernel's note is believed for the bytes that waited then; where a read brought more, or
/// the kernel noted nothing, the receive stamp is the time of the read, which is never too early.
struct ArrivalReader {
    /// How many bytes a client reads at once. libcurl's own default too (`CURLOPT_BUFFERSIZE`).
    static let capacity = 16_384

    private var waiting: SocketArrival?
    // Bytes that reads have taken of what waited.
    private var taken = 0
    private var lastStamp = MonotonicInstant(nanoseconds: 0)

    /// What is read next was seen waiting so; `nil` if nothing is known of it.
    mutating func willRead(_ arrival: SocketArrival?) {
        waiting = arrival
        taken = 0
    }

    /// - Parameters:
    ///   - count: Bytes just read.
    ///   - others: Bytes that the read took beside them, as far as is known: a head, what TLS adds.
    ///   - now: After the read.
    /// - Returns: When the last of them arrived; never before an earlier answer.
    mutating func stamp(ofRead count: Int, beside others: Int = 0, at now: MonotonicInstant) -> MonotonicInstant {
        var stamp = now
        taken += count + others
        if let waiting, taken <= waiting.bytes { stamp = min(now, waiting.instant) }
        lastStamp = max(lastStamp, stamp)
        return lastStamp
    }
}
