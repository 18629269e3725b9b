/// A restart of the server as clients see it: it ends every connection as at a stop, refuses new ones for a while, and
/// listens on the same port again.
///
/// The process stays, so that its counters of the connections before and after are one sum; the feed goes on.
package struct RestartPlan: Sendable {
    /// When it begins, after the feed's epoch.
    package var after: Duration
    /// Time without a listening port.
    package var down: Duration
    /// Whether clients get the items that they missed; otherwise they get a notice of the gap.
    package var keepsHistory: Bool

    package init(after: Duration, down: Duration, keepsHistory: Bool) {
        self.after = after
        self.down = down
        self.keepsHistory = keepsHistory
    }
}
