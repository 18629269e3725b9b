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
    private var lastStamp = MonotonicInstant(nanoseconds: 0)

    /// What is read next was seen waiting so; `nil` if nothing is known of it.
    mutating func willRead(_ arrival: SocketArrival?) {
        waiting = arrival
    }

    /// - Parameters:
    ///   - count: Bytes just read.
    ///   - now: After the read.
    /// - Returns: When the last of them arrived; never before an earlier answer.
    mutating func stamp(ofRead count: Int, at now: MonotonicInstant) -> MonotonicInstant {
        var stamp = now
        if let waiting, count <= waiting.bytes { stamp = min(now, waiting.instant) }
        lastStamp = max(lastStamp, stamp)
        return lastStamp
    }
}
