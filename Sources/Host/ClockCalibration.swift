import Glibc
import Measurement

/// The resolution of the clock, and the cost of reading it.
package struct ClockCalibration: Equatable, Sendable {
    /// Reported by the kernel.
    package let resolutionNanoseconds: Int64
    /// The smallest difference above 0 of two consecutive readings.
    package let smallestStepNanoseconds: Int64
    /// Mean time of one reading.
    package let readingNanoseconds: Double

    /// Takes about 10 ms.
    package static func measure(readings: Int = 100_000) -> ClockCalibration {
        let start = MonotonicClock.now()
        var smallestStep = Int64.max
        var last = start
        for _ in 0..<readings {
            let now = MonotonicClock.now()
            let step = now.nanoseconds - last.nanoseconds
            if step > 0, step < smallestStep { smallestStep = step }
            last = now
        }
        return ClockCalibration(
            resolutionNanoseconds: MonotonicClock.resolution.nanoseconds, smallestStepNanoseconds: smallestStep,
            readingNanoseconds: Double((last - start).nanoseconds) / Double(readings))
    }
}
