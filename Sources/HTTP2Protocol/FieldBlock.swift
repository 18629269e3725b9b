/// The fields of a HEADERS frame with its CONTINUATION frames.
package struct FieldBlock: Sendable {
    /// In the order of the block, pseudo-header fields included.
    package let fields: [(name: String, value: String)]
    /// Blocks of one connection with the same number have the same fields; other blocks may have them too.
    package let number: UInt64
}
