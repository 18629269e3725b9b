import Synchronization

/// Memory that all connections of a server share for one purpose, in bytes. Every event loop may use it.
package final class MemoryBudget: Sendable {
    private let limit: Int
    private let taken = Atomic<Int>(0)

    /// - Parameter bytes: How much there is.
    package init(bytes: Int) {
        precondition(bytes >= 0, "memory is not negative")
        limit = bytes
    }

    /// How much is taken, in bytes.
    package var takenBytes: Int { taken.load(ordering: .relaxed) }

    /// - Returns: Whether so many more bytes are to be had, and now taken.
    fileprivate func take(_ bytes: Int) -> Bool {
        if taken.add(bytes, ordering: .relaxed).newValue <= limit { return true }
        giveBack(bytes)
        return false
    }

    fileprivate func giveBack(_ bytes: Int) {
        taken.subtract(bytes, ordering: .relaxed)
    }
}

/// One connection's part of a budget, given back when the connection ends.
package final class MemoryShare {
    private let budget: MemoryBudget
    private var bytes = 0

    package init(of budget: MemoryBudget) {
        self.budget = budget
    }

    /// `nil` where memory has no bound.
    package convenience init?(of budget: MemoryBudget?) {
        guard let budget else { return nil }
        self.init(of: budget)
    }

    deinit { budget.giveBack(bytes) }

    /// Takes or gives back what makes this share so large.
    ///
    /// - Returns: `false` if there is not so much; the share is as it was then.
    package func resize(to wanted: Int) -> Bool {
        if wanted > bytes, !budget.take(wanted - bytes) { return false }
        if wanted < bytes { budget.giveBack(bytes - wanted) }
        bytes = wanted
        return true
    }
}
