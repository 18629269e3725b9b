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
    /// What the publisher of the feed reported before the first client connected, at the start and at the end of the
    /// window; `nil` if it reports nothing. The publisher is the server itself, or the feeder of another server or of
    /// several.
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
    /// The third-party server that was measured; `nil` for a server that reports its own status and version (``idle``).
    var peer: PeerIdentity?
    /// Whether a feeder publishes the items, so that ``idle``, ``before`` and ``after`` are not those of a server.
    var hasFeeder = false
    /// What the lab measured of the servers' processes if there is a feeder.
    var measuredUsage = ServerUsage.Readings()
    /// How that was measured.
    var accounting: String?

    /// What the server's processes used.
    var usage: ServerUsage.Readings {
        if hasFeeder { return measuredUsage }
        return ServerUsage.Readings(
            idle: idle.map { ServerUsage($0) }, before: before.map { ServerUsage($0) },
            after: after.map { ServerUsage($0) })
    }

    /// The server's own counters at the start and at the end of the window; `nil` for a third-party server and for
    /// several servers.
    var counters: (before: ServerStatus, after: ServerStatus)? {
        guard !hasFeeder, let before, let after else { return nil }
        return (before, after)
    }

    /// The publisher's CPU time divided by the time between the two readings and by its number of threads; 1 means that
    /// all threads were fully used.
    var publisherCPURatio: Double? {
        guard let before, let after, after.nowNanoseconds > before.nowNanoseconds else { return nil }
        let user = after.cpuUserMicroseconds - before.cpuUserMicroseconds
        let system = after.cpuSystemMicroseconds - before.cpuSystemMicroseconds
        let seconds = Double(after.nowNanoseconds - before.nowNanoseconds) / 1e9
        return Double(user + system) / 1e6 / seconds / Double(max(1, after.threads))
    }

    /// The server's memory per connection, idle or nearly idle, in bytes; `nil` if unknown, or if clients do not all
    /// connect before the window.
    var serverBytesPerConnection: Int? {
        guard record.connectedAt != nil, let idle = usage.idle?.residentBytes,
            let connected = usage.before?.residentBytes
        else { return nil }
        return Int(connected - idle) / subject.timing.clients
    }
}
