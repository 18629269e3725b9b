import Host
import LinkRelay
import LoadGenerator
import Measurement
import Transports
import WireAccounting

/// What clients and server measured in one run of one case.
struct CaseOutcome: Sendable {
    let subject: MeasuredCase
    let record: LoadRecord
    /// The server's counters before the first client connected, at the start and at the end of the window; `nil` if the
    /// server does not report them.
    let idle: ServerStatus?
    let before: ServerStatus?
    let after: ServerStatus?
    /// How late items due within the window were published.
    let publisherLag: LatencyHistogram?
    /// Items the feed published for this run.
    let published: UInt64?
    /// What the kernel dropped from before the first client connected until the load process had ended.
    let kernelDrops: KernelDrops?
    /// What the kernel counted at the server's ends of the clients' connections; `nil` if unknown.
    var serverKernel: KernelCount?
    /// What the simulated network did; `nil` without one.
    var link: LinkRelayReport?
    /// Whether the layer `framing` has all bytes that only the kernel counted, because no end reports HTTP/2 frames.
    var framingIsRemainder = false

    /// Server CPU time within the window, µs.
    var serverCPU: (user: Int64, system: Int64)? {
        guard let before, let after else { return nil }
        return (
            after.cpuUserMicroseconds - before.cpuUserMicroseconds,
            after.cpuSystemMicroseconds - before.cpuSystemMicroseconds
        )
    }

    /// The server's CPU time divided by the time between the two readings and by its number of threads; 1 means that
    /// all threads were fully used.
    var serverCPURatio: Double? {
        guard let serverCPU, let before, let after, after.nowNanoseconds > before.nowNanoseconds else { return nil }
        let seconds = Double(after.nowNanoseconds - before.nowNanoseconds) / 1e9
        return Double(serverCPU.user + serverCPU.system) / 1e6 / seconds / Double(max(1, after.threads))
    }

    /// The server's memory per connection, idle or nearly idle, in bytes; `nil` if unknown, or if clients do not all
    /// connect before the window.
    var serverBytesPerConnection: Int? {
        guard record.connectedAt != nil, let idle = idle?.residentBytes, let connected = before?.residentBytes else {
            return nil
        }
        return Int(connected - idle) / subject.timing.clients
    }
}
