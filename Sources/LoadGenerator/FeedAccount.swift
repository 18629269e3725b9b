/// What a server says of its feed once the window is over.
package enum FeedAccount: Equatable, Sendable {
    /// Everything due within the window is published; this is its last item.
    ///
    /// `hasEnded`: nothing follows that item, now or later.
    case told(last: UInt64, hasEnded: Bool)
    /// A third-party server, which told nothing at the start either.
    case untold
    /// The server told at the start and does not any more, for this reason; what clients should have is not known.
    case lost(String)
}
