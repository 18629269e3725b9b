import Host
import LoadGenerator
import Measurement
import Transports
import WireAccounting

/// Everything both sides saw of one run of one case.
struct CaseOutcome: Sendable {
    let subject: MeasuredCase
    let record: LoadRecord
    /// The server's own counters before the first client connected, and at the window's two ends; `nil` if the server
    /// does not tell.
    let idle: ServerStatus?
    let before: ServerStatus?
    let after: ServerStatus?
    /// How late items were published, those due within the window.
    let publisherLag: LatencyHistogram?
    /// Items the feed published for this run.
    let published: UInt64?
    /// What the kernel dropped from before the first client connected until all were gone.
    let kernelDrops: KernelDrops?
    /// What the kernel counted at the server's ends of the clients' connections; `nil` if it cannot be known.
    var serverKernel: KernelCount?
    /// Whether nobody told the bytes of HTTP/2: then what the kernel counted beyond the content stands as framing.
    var framingIsRemainder = false

    /// Server CPU time within the window, µs.
    var serverCPU: (user: Int64, system: Int64)? {
        guard let before, let after else { return nil }
        return (
            after.cpuUserMicroseconds - before.cpuUserMicroseconds,
            after.cpuSystemMicroseconds - before.cpuSystemMicroseconds
        )
    }

    /// The server's CPU time by the time between the two readings and by its threads; 1 is all of them fully used.
    var serverCPURatio: Double? {
        guard let serverCPU, let before, let after, after.nowNanoseconds > before.nowNanoseconds else { return nil }
        let seconds = Double(after.nowNanoseconds - before.nowNanoseconds) / 1e9
        return Double(serverCPU.user + serverCPU.system) / 1e6 / seconds / Double(max(1, after.threads))
    }

    /// What one connection, idle or nearly so, takes of the server's memory.
    ///
    /// - Returns: `nil` if clients do not connect before the window but when their schedule says.
    var serverBytesPerConnection: Int? {
        guard record.connectedAt != nil, let idle = idle?.residentBytes, let connected = before?.residentBytes else {
            return nil
        }
        return Int(connected - idle) / subject.timing.clients
    }
}
