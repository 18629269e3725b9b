import Host
import LoadGenerator
import Measurement
import Transports

/// Several servers that follow one stream. The process that writes the stream reports the feed's status and schedule.
struct RunningScaleOut: RunningServer {
    let endpoint: ServerEndpoint
    let roster: ServerRoster

    private var feeder: ProbedServer { ProbedServer(endpoint: endpoint) }

    /// - Parameters:
    ///   - servers: In their order, at least one.
    ///   - roster: Knows them.
    ///   - feeder: Where the process that writes the stream reports.
    init(_ servers: [any RunningServer], in roster: ServerRoster, feeder: LoadTarget) {
        let endpoints = servers.map(\.endpoint)
        endpoint = ServerEndpoint(
            target: endpoints[0].target, furtherPorts: endpoints.dropFirst().map(\.target.port),
            processes: endpoints.flatMap(\.processes), isFresh: true, reportsStatus: true, feedStatus: feeder)
        self.roster = roster
    }

    func status() throws -> ServerStatus { try feeder.status() }

    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        try feeder.schedule(from: first, to: last)
    }

    func usage() -> ServerUsage? { roster.usage(at: MonotonicClock.now()) }

    var accounting: String? { "status of each server" }

    func resetPeakMemory() { for process in roster.processes { ProcessUsage.resetPeak(of: process) } }
}
