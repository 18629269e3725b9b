/// In which form a poll wants its answers; the number is the variant of the encoding.
package struct PollForm: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// An answer without items is 200 with an empty body, not 204.
    static let full = PollForm(rawValue: 1 << 0)
    /// Answers have an entity tag, the sequence of the newest item; without news they are 304.
    static let conditional = PollForm(rawValue: 1 << 1)
    /// Bodies are compressed if that makes them smaller.
    static let gzip = PollForm(rawValue: 1 << 2)
    /// As the server of 2009 answered, see ``Quantum2009``.
    static let quantum2009 = PollForm(rawValue: 1 << 3)
}
