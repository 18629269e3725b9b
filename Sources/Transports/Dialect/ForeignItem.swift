/// An item of another format than PushLab's, as a listener received it.
package struct ForeignItem: Equatable, Sendable {
    /// `nil` if the item has none.
    package let sequence: UInt64?
    /// When its sender made it, in nanoseconds since 1970 (UTC); `nil` if the item does not say.
    package let sentNanoseconds: Int64?

    package init(sequence: UInt64? = nil, sentNanoseconds: Int64? = nil) {
        self.sequence = sequence
        self.sentNanoseconds = sentNanoseconds
    }
}
