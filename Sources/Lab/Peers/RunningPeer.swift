import Host
import LoadGenerator
import Measurement
import Transports

/// A third-party server that runs. Its feeder reports the feed's status and schedule.
struct RunningPeer: RunningServer {
    let endpoint: ServerEndpoint
    let processes: ProgramProcesses

    private var feeder: ProbedServer { ProbedServer(endpoint: endpoint) }

    func status() throws -> ServerStatus { try feeder.status() }

    func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        try feeder.schedule(from: first, to: last)
    }

    func usage() -> ServerUsage? { processes.usage().map { ServerUsage($0, at: MonotonicClock.now()) } }

    var accounting: String? { processes.method }

    func resetPeakMemory() { processes.resetPeakMemory() }
}
