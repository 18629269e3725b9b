import NIOCore

/// The fuzzer's bytes: the first ones select options, the rest is the input from a peer.
struct FuzzInput {
    private var rest: UnsafeBufferPointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, _ count: Int) {
        rest = UnsafeBufferPointer(start: start, count: count)
    }

    /// The next byte; 0 after the last one.
    mutating func choice() -> UInt8 {
        guard let first = rest.first else { return 0 }
        rest = UnsafeBufferPointer(rebasing: rest.dropFirst())
        return first
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        defer { rest = UnsafeBufferPointer(rebasing: rest.dropFirst(count)) }
        return Array(rest.prefix(count))
    }

    var remaining: [UInt8] { Array(rest) }
}

/// Ends the process with a message if a condition does not hold. An optimised `precondition` prints none.
func mustHold(_ holds: Bool, _ message: @autoclosure () -> String) {
    if !holds { fatalError(message()) }
}

extension [UInt8] {
    /// Cuts the bytes into pieces of this size.
    func pieces(of bytes: Int) -> [ByteBuffer] {
        stride(from: 0, to: count, by: bytes).map { ByteBuffer(bytes: self[$0..<Swift.min($0 + bytes, count)]) }
    }
}

extension ByteBuffer {
    var array: [UInt8] { Array(readableBytesView) }
}
