import ConnectionEnds
import Glibc
import NIOCore
import Testing
import WireAccounting

@Suite("Output of a socket")
struct SocketOutputTests {
    private static func message(_ number: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: number + $0) }
    }

    @Test(
        "what the socket does not take at once follows in order",
        arguments: [[100_000], [300_000, 5], [5, 5, 300_000, 5, 5, 4_096, 9_000, 1]])
    func order(lengths: [Int]) {
        let pair = SocketPair(buffer: 8_192)
        var output = SocketOutput(high: 64 << 10, low: 32 << 10)
        var sent: [UInt8] = []
        for (number, length) in lengths.enumerated() {
            let bytes = Self.message(number, length)
            sent += bytes
            #expect(output.send(ByteBuffer(bytes: bytes), to: pair.near) != .failed)
        }
        #expect(!output.isEmpty)
        var received = pair.readFar()
        while output.sendWaiting(to: pair.near) == .waits { received += pair.readFar() }
        received += pair.readFar()
        #expect(received == sent)
        #expect(output.isEmpty)
        #expect(output.isWritable)
    }

    @Test("it is writable again when no more than the lower limit waits")
    func limits() {
        let pair = SocketPair(buffer: 4_096)
        var output = SocketOutput(high: 100_000, low: 10_000)
        while output.isWritable { _ = output.send(ByteBuffer(repeating: 1, count: 7_000), to: pair.near) }
        var taken = pair.readFar().count
        while !output.isWritable {
            #expect(output.sendWaiting(to: pair.near) == .waits)
            taken += pair.readFar().count
        }
        // What waited was more than 100,000 B, and is now at most 10,000 B.
        #expect(taken >= 90_000)
        #expect(!output.isEmpty)
    }

    @Test("counts are reported when all bytes of a write are written, not before")
    func counts() {
        let pair = SocketPair(buffer: 4_096)
        var output = SocketOutput(high: 1 << 20, low: 1 << 10)
        var counted: [Int64] = []
        for bytes in [100, 200_000, 7] {
            var ledger = ByteLedger()
            ledger.book(bytes, .payload, .up)
            _ = output.send(ByteBuffer(repeating: 1, count: bytes), ledger, to: pair.near) {
                counted.append($0[.payload, .up])
            }
        }
        #expect(counted == [100])
        _ = pair.readFar()
        while output.sendWaiting(to: pair.near, written: { counted.append($0[.payload, .up]) }) == .waits {
            #expect(counted.count < 3)
            _ = pair.readFar()
        }
        #expect(counted == [100, 200_000, 7])
    }

    @Test("small parts that wait are copied: they do not keep the memory that they are in")
    func copies() {
        let pair = SocketPair(buffer: 4_096)
        var output = SocketOutput(high: 1 << 20, low: 1 << 10)
        while output.isEmpty { _ = output.send(ByteBuffer(repeating: 1, count: 4_096), to: pair.near) }
        var memory = ByteBuffer(repeating: 2, count: 16)
        let before = memory.storagePointer
        _ = output.send(memory, to: pair.near)
        // Without another owner, a change stays in place.
        memory.setInteger(UInt8(3), at: 0)
        #expect(memory.storagePointer == before)
        _ = pair.readFar()
        while output.sendWaiting(to: pair.near) == .waits { #expect(pair.readFar().allSatisfy { $0 < 3 }) }
    }

    @Test("a socket whose peer is gone fails")
    func failure() {
        let pair = SocketPair()
        var output = SocketOutput(high: 1_000, low: 100)
        #expect(output.send(ByteBuffer(string: "a"), to: pair.near) == .done)
        shutdown(pair.far, Int32(SHUT_RDWR))
        #expect(output.send(ByteBuffer(string: "a"), to: pair.near) == .failed)
        #expect(output.send(ByteBuffer(string: "a"), to: -1) == .failed)
    }
}

extension ByteBuffer {
    fileprivate var storagePointer: UnsafeRawPointer? { withVeryUnsafeBytes { $0.baseAddress } }
}
