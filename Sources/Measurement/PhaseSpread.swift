/// Where in the interval each of N clients starts polling.
///
/// Stratified: the interval is cut into N equal parts, each holds one client at a random place, and the parts are
/// dealt out in random order. The load is even, as with equal spacing, and yet no client is in step with the feed.
package enum PhaseSpread {
    /// - Parameters:
    ///   - clients: How many phases; 0 gives none.
    ///   - interval: The polling interval.
    ///   - generator: Decides places and order.
    /// - Returns: For each client its phase, 0 ..< interval.
    package static func stratified(
        clients: Int,
        over interval: Duration,
        using generator: inout SeededGenerator
    ) -> [Duration] {
        let whole = Double(interval.nanoseconds)
        var phases = (0..<clients).map { index in
            let place = (Double(index) + generator.uniform()) / Double(clients)
            // Rounding of the product may reach the interval itself, which is the next tick.
            return Duration.nanoseconds(min(Int64(place * whole), interval.nanoseconds - 1))
        }
        generator.shuffle(&phases)
        return phases
    }
}
