/// What an item's numbers and size may be, whatever program sends it.
///
/// No honest feed reaches these, and below them no sum over all clients and no conversion to nanoseconds
/// overflows.
package enum ItemLimits {
    /// At 100,000 items a second it takes 89 years to get there.
    package static let highestSequence: UInt64 = 1 << 48
    /// Due times end 100 years of 365 days after the feed's epoch. In nanoseconds, and added to the host's clock, that
    /// still fits 64 bits.
    package static let latestDueMicroseconds: Int64 = 36_500 * 86_400 * 1_000_000
    /// A reader gives up an item that is longer.
    package static let longestItemBytes = 16 << 20

    /// Says that a server sent more than that.
    package static let endlessItem = "the server sent an item without an end; it may have \(longestItemBytes) B"
}
