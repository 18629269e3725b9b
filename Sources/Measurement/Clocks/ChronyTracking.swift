/// What chronyd reports about the wall clock of its host: the line that `chronyc -c tracking` prints.
package struct ChronyTracking: Sendable, Hashable {
    /// How far the wall clock may be from true time: its known offset, plus the dispersion of its sources, plus half
    /// the delay to them (chronyc(1), `tracking`). PTP hardware is one of these sources.
    package let bound: Duration

    private static let fields = 14
    private static let longest = 3_600.0

    /// - Returns: `nil` if it is not such a line, or the clock is not synchronised.
    package init?(_ line: String) {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.drop { $0.isWhitespace } }
        guard fields.count == Self.fields, let stratum = Int(fields[2]), (1...15).contains(stratum),
            fields[13].prefix(while: { !$0.isNewline }) != "Not synchronised", let offset = Double(fields[4]),
            let delay = Double(fields[10]), let dispersion = Double(fields[11])
        else { return nil }
        let seconds = offset.magnitude + dispersion + delay / 2
        // No range contains NaN.
        guard (0...Self.longest).contains(seconds) else { return nil }
        bound = .nanoseconds(Int64((seconds * 1e9).rounded(.up)))
    }
}
