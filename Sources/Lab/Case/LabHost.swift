import Host
import Measurement
import ResultFiles

/// What a run needs from its machine: clocks, kernel counters and the choice of processors.
protocol LabHost: Sendable {
    /// Which clock ``now()`` reads; equal texts mean comparable instants.
    var clockIdentity: String? { get }
    func now() -> MonotonicInstant
    /// - Throws: `CancellationError`.
    func sleep(until instant: MonotonicInstant) async throws
    func timeOfDay() -> UTCInstant
    /// What the kernel has dropped so far; `nil` if unknown.
    func kernelDrops() -> KernelDrops?
    /// Processors for the load process; `nil` for any.
    var loadProcessors: [Int]? { get }
    /// Calibration of clock and loopback for the manifest; takes about 0.25 s.
    func calibration() -> [String: String]
    /// From now on, the peak of a process's memory is that since now.
    func resetPeakMemory(of process: Int32)
}

extension LabHost {
    func resetPeakMemory(of process: Int32) {}
}

/// This machine.
struct ThisHost: LabHost {
    var clockIdentity: String? { MonotonicClock.identity }
    func now() -> MonotonicInstant { MonotonicClock.now() }
    func sleep(until instant: MonotonicInstant) async throws { try await MonotonicClock.sleep(until: instant) }
    func timeOfDay() -> UTCInstant { UTCInstant(millisecondsSince1970: WallClock.unixMilliseconds()) }
    func kernelDrops() -> KernelDrops? { KernelDrops.read() }
    var loadProcessors: [Int]? { ProcessorPlacement.halves()?.load }
    func calibration() -> [String: String] { Calibration.facts() }
    func resetPeakMemory(of process: Int32) { ProcessUsage.resetPeak(of: process) }
}
