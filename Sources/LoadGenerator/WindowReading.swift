import Host
import Measurement

/// What the load process used between two readings: shortly before the start of the window and before its end.
struct WindowReading {
    private let beganAt: MonotonicInstant
    private let endedAt: MonotonicInstant
    private let usage: ProcessUsage
    private let traffic: Traffic

    /// Waits for both instants.
    ///
    /// - Throws: `CancellationError`.
    init(of fleet: any Fleet, _ times: LoadTimes) async throws {
        try await MonotonicClock.sleep(until: times.firstReading)
        let trafficBefore = await fleet.traffic()
        let before = ProcessUsage.ofThisProcess()
        beganAt = MonotonicClock.now()
        try await MonotonicClock.sleep(until: times.secondReading)
        usage = ProcessUsage.ofThisProcess().since(before)
        endedAt = MonotonicClock.now()
        traffic = await fleet.traffic().since(trafficBefore)
    }

    func report(into record: inout LoadRecord, _ times: LoadTimes) {
        let lateness = max(beganAt - times.firstReading, endedAt - times.secondReading)
        record.timeObjections += Heartbeat.objection(toReadingLateBy: lateness).map { [$0] } ?? []
        // A process that started late, near the window's end, has no usable CPU figure for the window.
        let seconds = (endedAt - beganAt).seconds
        if seconds > (times.windowEnd - times.windowStart).seconds / 2 { record.windowUsage = usage }
        record.windowStart = times.windowStart
        record.windowTraffic = traffic
        record.windowSeconds = seconds
    }
}
