/// A clock that differs from this host's by an offset and a drift, to test how clocks of several hosts are compared.
package struct ArtificialClock: Sendable, Hashable, Codable {
    /// How far it is ahead at its origin, ns; negative if it is behind.
    package let aheadNanoseconds: Int64
    /// By which it runs faster, in parts per billion: 50 ppm is 50,000.
    package let driftPerBillion: Int64

    private static let mostAhead = Duration.seconds(86_400)
    private static let mostDrift = 400.0

    package init(aheadNanoseconds: Int64, driftPerBillion: Int64) {
        (self.aheadNanoseconds, self.driftPerBillion) = (aheadNanoseconds, driftPerBillion)
    }

    /// Reads `5ms,50ppm`; both may be negative.
    ///
    /// - Throws: ``ArtificialClockFault``, what is allowed.
    package init(_ text: String) throws(ArtificialClockFault) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let ahead = Self.nanoseconds(parts[0]), let drift = Self.drift(parts[1]) else {
            throw ArtificialClockFault()
        }
        self.init(aheadNanoseconds: ahead, driftPerBillion: drift)
    }

    package var text: String {
        let sign = aheadNanoseconds < 0 ? "-" : ""
        let offset = Duration.nanoseconds(Int64(aheadNanoseconds.magnitude)).quantityText
        return "\(sign)\(offset),\((Double(driftPerBillion) / 1_000).quantityText)ppm"
    }

    /// What this clock shows.
    ///
    /// - Parameters:
    ///   - nanoseconds: What the host's clock shows.
    ///   - origin: What the host's clock showed when this clock began.
    /// - Returns: Nanoseconds.
    package func reading(of nanoseconds: Int64, since origin: Int64) -> Int64 {
        let drifted = Double(nanoseconds - origin) * Double(driftPerBillion) / 1e9
        return nanoseconds + aheadNanoseconds + Int64(drifted.rounded())
    }

    private static func nanoseconds(_ text: Substring) -> Int64? {
        let isBehind = text.hasPrefix("-")
        let size = try? Duration(quantity: String(isBehind ? text.dropFirst() : text), in: .zero...mostAhead)
        return size.map { isBehind ? -$0.nanoseconds : $0.nanoseconds }
    }

    private static func drift(_ text: Substring) -> Int64? {
        guard text.hasSuffix("ppm"), let drift = Double(text.dropLast(3)), drift.magnitude <= mostDrift else {
            return nil
        }
        return Int64((drift * 1_000).rounded())
    }
}

/// The text of an artificial clock cannot be read.
package struct ArtificialClockFault: Error, Equatable, CustomStringConvertible {
    package let description = "allowed OFFSET,DRIFT up to 24 h and 400 ppm, such as 5ms,50ppm or -2s,-20ppm"
}
