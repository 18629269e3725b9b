import Synchronization

/// Memory, in bytes, that all connections of a server share for one purpose. Safe to use from every event loop.
package final class MemoryBudget: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    /// - Parameter bytes: Size of the budget.
    package init(bytes: Int) {
        precondition(bytes >= 0, "a memory budget must not be negative")
        limit = bytes
    }

    /// Bytes in use.
    package var takenBytes: Int { taken.load(ordering: .relaxed) }

    /// Reserves bytes.
    ///
    /// - Returns: `false` if the budget has too few bytes left; nothing is reserved then.
    fileprivate func take(_ bytes: Int) -> Bool {
        if taken.add(bytes, ordering: .relaxed).newValue <= limit { return true }
        release(bytes)
        return false
    }

    fileprivate func release(_ bytes: Int) {
        taken.subtract(bytes, ordering: .relaxed)
    }
}

/// One connection's part of a budget, released when the connection ends.
package final class MemoryShare {
    private let budget: MemoryBudget
    private var bytes = 0

    package init(of budget: MemoryBudget) {
        self.budget = budget
    }

    /// `nil` if memory is unlimited.
    package convenience init?(of budget: MemoryBudget?) {
        guard let budget else { return nil }
        self.init(of: budget)
    }

    deinit { budget.release(bytes) }

    /// Reserves or releases bytes so that the share has this size.
    ///
    /// - Returns: `false` if the budget has too few bytes left; the share is unchanged then.
    package func resize(to wanted: Int) -> Bool {
        if wanted > bytes, !budget.take(wanted - bytes) { return false }
        if wanted < bytes { budget.release(bytes - wanted) }
        bytes = wanted
        return true
    }
}
