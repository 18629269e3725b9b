import Measurement

/// Decides how long the connections of a fleet that ends are waited for.
///
/// A server that has thousands of connections answers their closes one after another. As long as it does, the others
/// are waited for: a connection that the client closes too early loses what is on its way.
struct ClosingPatience {
    /// After this time it is decided whether to wait for as long again.
    static let period = Duration.seconds(3)
    // Then a server that closes one connection per period delays the end no longer.
    private static let mostPeriods = 5

    private var open: Int
    private var periods = 1

    /// - Parameter open: Connections that the clients have begun to close.
    init(open: Int) {
        self.open = open
    }

    /// A period is over.
    ///
    /// - Parameter open: Connections that are still open.
    /// - Returns: Whether to wait for another period, because connections have ended in this one.
    mutating func waits(open: Int) -> Bool {
        defer { (self.open, periods) = (open, periods + 1) }
        return open > 0 && open < self.open && periods < Self.mostPeriods
    }
}
