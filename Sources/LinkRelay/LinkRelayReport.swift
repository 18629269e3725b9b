import Measurement

/// What a relay did, and what it cost by itself.
package struct LinkRelayReport: Sendable, Equatable {
    /// Connections that clients opened.
    package var connections = 0
    /// Connections that the link reset, as its settings say.
    package var resets = 0
    /// Connections that fell silent, as its settings say.
    package var silences = 0
    /// Connections that the target did not accept; their clients were reset.
    package var refusals = 0
    /// Payload bytes that reached the other end.
    package var bytesUp: Int64 = 0
    package var bytesDown: Int64 = 0
    /// Payload bytes that the relay's kernel received and that did not reach the other end, because the connection was
    /// reset. The count at the clients minus `swallowedUp` is the count at the server; the count at the clients plus
    /// `swallowedDown` is the count at the server.
    package var swallowedUp: Int64 = 0
    package var swallowedDown: Int64 = 0
    /// Time between the planned release of each segment and its write.
    package var addedLatency = LatencyHistogram()
    /// What went wrong, one sentence each.
    package var faults: [String] = []

    package init() {}

    /// Adds a fault, once.
    mutating func note(_ fault: String) {
        if !faults.contains(fault) { faults.append(fault) }
    }
}
