import WireAccounting

/// Finds out how much of an item is there only because its transport carries text: what Base64 adds to data that are
/// not text. These bytes count as envelope.
struct Base64Items: Sendable {
    /// Size of every item before Base64; `nil` if the data are text.
    let itemBytes: Int?

    /// Moves the bytes that Base64 added from the payload to the envelope.
    ///
    /// - Parameters:
    ///   - bytes: Size of an item as received, already counted as payload.
    ///   - ledger: Receives the change.
    func book(_ bytes: Int, in ledger: inout ByteLedger) {
        guard let itemBytes, bytes > itemBytes else { return }
        ledger.book(itemBytes - bytes, .payload, .down)
        ledger.book(bytes - itemBytes, .envelope, .down)
    }
}
