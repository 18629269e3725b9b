import Glibc
import Testing

@testable import Host

@Suite("Pinning a process to processors")
struct ProcessorPlacementTests {
    /// Threads that may end or start while they are pinned.
    private final class Threads {
        var listings: [[Int32]]
        var errors: [Int32: Int32] = [:]
        private(set) var pinned: [Int32] = []

        init(_ listings: [[Int32]]) { self.listings = listings }

        func list() -> [Int32] { listings.count > 1 ? listings.removeFirst() : listings[0] }

        func pin(_ thread: Int32) -> Int32 {
            let error = errors[thread] ?? 0
            if error == 0 { pinned.append(thread) }
            return error
        }
    }

    @Test("a thread that ends between the listing and its turn is not an error")
    func ended() throws {
        let threads = Threads([[1, 2, 3], [1, 3]])
        threads.errors[2] = ESRCH
        try ProcessorPlacement.pinAll(threads.list, pinning: threads.pin)
        #expect(threads.pinned == [1, 3])
    }

    @Test("a thread that starts meanwhile is pinned too")
    func started() throws {
        let threads = Threads([[1], [1, 2], [1, 2]])
        try ProcessorPlacement.pinAll(threads.list, pinning: threads.pin)
        #expect(threads.pinned == [1, 2])
    }

    @Test("what the kernel refuses is reported with its reason")
    func refused() {
        let threads = Threads([[1]])
        threads.errors[1] = EINVAL
        #expect(throws: PinningFault(errorNumber: EINVAL)) {
            try ProcessorPlacement.pinAll(threads.list, pinning: threads.pin)
        }
        #expect(PinningFault(errorNumber: EINVAL).description.hasSuffix("these processors: Invalid argument"))
    }

    @Test("a process that always starts threads is not listed for ever")
    func restless() throws {
        var next: Int32 = 0
        try ProcessorPlacement.pinAll {
            next += 1
            return [next]
        } pinning: { _ in
            0
        }
        #expect(next == 16)
    }
}
