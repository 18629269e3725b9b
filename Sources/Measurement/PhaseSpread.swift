/// The phases at which N clients start polling within an interval.
///
/// Stratified: the interval is divided into N equal parts. Each part has one client at a random position, and the parts
/// are assigned in random order. The load is as even as with equal spacing, but no client is in step with the feed.
package enum PhaseSpread {
    /// - Parameters:
    ///   - clients: Number of phases, 0 or more.
    ///   - interval: The polling interval.
    ///   - generator: Source of positions and order.
    /// - Returns: The phase of each client, 0 ..< interval.
    package static func stratified(
        clients: Int,
        over interval: Duration,
        using generator: inout SeededGenerator
    ) -> [Duration] {
        let whole = Double(interval.nanoseconds)
        var phases = (0..<clients).map { index in
            let place = (Double(index) + generator.uniform()) / Double(clients)
            // Rounding may give the interval itself, which is the next tick.
            return Duration.nanoseconds(min(Int64(place * whole), interval.nanoseconds - 1))
        }
        generator.shuffle(&phases)
        return phases
    }
}
