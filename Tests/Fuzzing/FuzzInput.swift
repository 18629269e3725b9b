import NIOCore

/// The fuzzer's bytes: the first ones choose, the rest is what a peer sends.
struct FuzzInput {
    private var rest: UnsafeBufferPointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, _ count: Int) {
        rest = UnsafeBufferPointer(start: start, count: count)
    }

    /// 0 once there are no more.
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

/// Ends the run if something does not hold, and says what: an optimised `precondition` is silent.
func mustHold(_ holds: Bool, _ otherwise: @autoclosure () -> String) {
    if !holds { fatalError(otherwise()) }
}

extension [UInt8] {
    /// Cut in pieces of this many bytes.
    func pieces(of bytes: Int) -> [ByteBuffer] {
        stride(from: 0, to: count, by: bytes).map { ByteBuffer(bytes: self[$0..<Swift.min($0 + bytes, count)]) }
    }
}

extension ByteBuffer {
    var array: [UInt8] { Array(readableBytesView) }
}
