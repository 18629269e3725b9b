import Host
import Measurement
import ResultFiles

/// What a run needs from its machine: clocks, kernel counters and the choice of processors.
protocol LabHost: Sendable {
    /// Which clock ``now()`` reads; equal texts mean comparable instants.
    var clockIdentity: String? { get }
    /// How far ``now()`` is ahead of this machine's clock; zero if it is that clock.
    var ahead: Duration { get }
    /// How far this machine's wall clock may be from true time, ns; `nil` if that is unknown or does not matter.
    var wallErrorNanoseconds: Int64? { get }
    func now() -> MonotonicInstant
    /// - Throws: `CancellationError`.
    func sleep(until instant: MonotonicInstant) async throws
    func timeOfDay() -> UTCInstant
    /// What the kernel has dropped so far; `nil` if unknown.
    func kernelDrops() -> KernelDrops?
    /// Processors for the load processes; `nil` for any.
    var loadProcessors: [Int]? { get }
    /// Calibration of clock and loopback for the manifest; takes about 0.25 s.
    func calibration() -> [String: String]
    /// From now on, the peak of a process's memory is that since now.
    func resetPeakMemory(of process: Int32)
}

extension LabHost {
    var ahead: Duration { .zero }
    var wallErrorNanoseconds: Int64? { nil }
    func resetPeakMemory(of process: Int32) {}
}

/// This machine.
struct ThisHost: LabHost {
    /// Load processes that share the processors here with the server.
    var loadProcesses = 1
    /// Whether load processes may be on other hosts.
    var comparesWallClocks = false

    var clockIdentity: String? { MonotonicClock.identity }
    var wallErrorNanoseconds: Int64? { comparesWallClocks ? ClockDaemon.tracking()?.bound.nanoseconds : nil }
    func now() -> MonotonicInstant { MonotonicClock.now() }
    func sleep(until instant: MonotonicInstant) async throws { try await MonotonicClock.sleep(until: instant) }
    func timeOfDay() -> UTCInstant { UTCInstant(millisecondsSince1970: WallClock.unixMilliseconds()) }
    func kernelDrops() -> KernelDrops? { KernelDrops.read() }
    var loadProcessors: [Int]? { ProcessorPlacement.halves(loads: loadProcesses)?.load }
    func calibration() -> [String: String] { Calibration.facts() }
    func resetPeakMemory(of process: Int32) { ProcessUsage.resetPeak(of: process) }
}

/// The same host with the clock of a server on another host, to some hundredths of a millisecond.
struct HostOnServersClock: LabHost {
    let base: any LabHost
    let clockIdentity: String?
    let ahead: Duration

    func now() -> MonotonicInstant { base.now() + ahead }
    func sleep(until instant: MonotonicInstant) async throws { try await base.sleep(until: instant - ahead) }
    func timeOfDay() -> UTCInstant { base.timeOfDay() }
    func kernelDrops() -> KernelDrops? { base.kernelDrops() }
    var loadProcessors: [Int]? { base.loadProcessors }
    func calibration() -> [String: String] { base.calibration() }
    func resetPeakMemory(of process: Int32) { base.resetPeakMemory(of: process) }
}
