import Measurement

/// How a load process' clock compared with the server's.
package struct ClockFigures: Codable, Sendable, Hashable {
    /// How far the server's clock was ahead at the start of the window.
    package var aheadNanoseconds: Int64
    /// By which the server's clock ran faster: 0.00005 is 50 ppm.
    package var drift: Double
    /// How far a corrected latency may be off.
    package var boundNanoseconds: Int64
    package var exchanges: Int
    /// The quickest round trip.
    package var quickestNanoseconds: Int64
    /// Whether the clocks of both hosts, as chronyd keeps them, gave the smaller bound.
    package var isByWallClocks: Bool

    package init(
        aheadNanoseconds: Int64, drift: Double, boundNanoseconds: Int64, exchanges: Int, quickestNanoseconds: Int64,
        isByWallClocks: Bool
    ) {
        (self.aheadNanoseconds, self.drift, self.boundNanoseconds) = (aheadNanoseconds, drift, boundNanoseconds)
        (self.exchanges, self.quickestNanoseconds) = (exchanges, quickestNanoseconds)
        self.isByWallClocks = isByWallClocks
    }
}
