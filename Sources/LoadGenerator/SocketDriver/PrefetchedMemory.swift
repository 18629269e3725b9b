import CLinux

/// Where the state of one client is in memory, so that the processor fetches it while the kernel reads for the client.
///
/// With a thousand clients, each one's state has left the processor's caches between two items, and is spread over
/// several allocations that point to one another: waiting for one after the other takes longer than the work itself.
struct PrefetchedMemory {
    // In place: an array would be one more allocation to wait for.
    private var regions = InlineArray<6, UnsafeRawBufferPointer>(
        repeating: UnsafeRawBufferPointer(start: nil, count: 0))
    private var count = 0

    /// What is beyond this in a region is not fetched, in bytes.
    private static let most = 640

    var isEmpty: Bool { count == 0 }

    /// Adds memory, which may move later: then the hint is of no use. Has no effect if there is no place left.
    mutating func add(_ region: UnsafeRawBufferPointer) {
        if count == regions.count { return }
        regions[count] = UnsafeRawBufferPointer(start: region.baseAddress, count: min(region.count, Self.most))
        count += 1
    }

    /// Adds the beginning of an object.
    mutating func add(_ object: AnyObject, bytes: Int) {
        add(UnsafeRawBufferPointer(start: Unmanaged.passUnretained(object).toOpaque(), count: bytes))
    }

    /// Adds the place of an element.
    mutating func add<Element>(_ index: Int, of array: [Element]) {
        array.withUnsafeBytes { bytes in
            let stride = MemoryLayout<Element>.stride
            add(UnsafeRawBufferPointer(rebasing: bytes[index * stride..<(index + 1) * stride]))
        }
    }

    /// Begins to fetch; takes some nanoseconds.
    func prefetch() {
        for index in 0..<count { pushlab_prefetch(regions[index].baseAddress, regions[index].count) }
    }
}
