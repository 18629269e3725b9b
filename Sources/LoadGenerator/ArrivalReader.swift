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

    /// - Parameter count: Bytes just read from the socket, those of TLS and of all streams included: of a byte that is
    ///   left out a later one would be taken for one that waited, and stamped too early.
    mutating func read(_ count: Int) {
        taken += count
    }

    /// - Parameter now: After the read.
    /// - Returns: When the last of the bytes read arrived; never before an earlier answer.
    mutating func stamp(at now: MonotonicInstant) -> MonotonicInstant {
        var stamp = now
        if let waiting, taken <= waiting.bytes { stamp = min(now, waiting.instant) }
        lastStamp = max(lastStamp, stamp)
        return lastStamp
    }
}
