/// How far another clock is ahead of the own one: an offset, and a drift that is constant.
package struct ClockLine: Sendable, Hashable, Codable {
    /// The instant of the own clock at which `aheadNanoseconds` holds.
    package let origin: MonotonicInstant
    package let aheadNanoseconds: Int64
    /// By which the other clock runs faster: 0.00005 is 50 ppm.
    package let drift: Double

    package init(origin: MonotonicInstant, aheadNanoseconds: Int64, drift: Double) {
        (self.origin, self.aheadNanoseconds, self.drift) = (origin, aheadNanoseconds, drift)
    }

    /// Nanoseconds by which the other clock is ahead at an instant of the own clock.
    package func ahead(at instant: MonotonicInstant) -> Int64 {
        aheadNanoseconds + Int64((Double(instant.nanoseconds - origin.nanoseconds) * drift).rounded())
    }
}
