import Glibc

/// What an item or a request costs in the layers without I/O, operation by operation. run.sh counts the instructions
/// and the allocations.
///
///     costs COUNT     does each operation COUNT times; prints `NAME ALLOCATIONS` for each
@main
enum Costs {
    static func main() {
        guard CommandLine.arguments.count == 2, let count = Int(CommandLine.arguments[1]), count > 0 else {
            fatalError("usage: costs COUNT")
        }
        let operations = [
            encodeFrame(), encodeResponse(), decodeFrame(), parseRequest(), parseBrowserRequest(), bookBytes(),
            bookDelay(), bookItem(),
        ]
        for operation in operations {
            // Twice, so that the counts do not include what is made once.
            var sum = preparingLoop(operation, count: count)
            let before = AllocationCounter.now()
            sum &+= measuredLoop(operation, count: count)
            let after = AllocationCounter.now()
            if sum == 0 { fatalError("\(operation.name) did nothing") }
            print(operation.name, after - before)
        }
    }
}

/// An operation that is measured. It returns a number above 0, so that the compiler does not omit it.
struct Operation {
    let name: String
    let work: () -> Int
}

@inline(never) private func preparingLoop(_ operation: Operation, count: Int) -> Int {
    (0..<count).reduce(0) { sum, _ in sum &+ operation.work() }
}

/// callgrind counts what happens in this function, which it finds by its name.
@inline(never) private func measuredLoop(_ operation: Operation, count: Int) -> Int {
    var sum = 0
    for _ in 0..<count { sum &+= operation.work() }
    return sum
}

/// The counter of counting_allocator.c; 0 if it is not loaded.
private enum AllocationCounter {
    static func now() -> UInt64 {
        guard let symbol = dlsym(nil, "counted_allocations") else { return 0 }
        return unsafeBitCast(symbol, to: (@convention(c) () -> UInt64).self)()
    }
}
