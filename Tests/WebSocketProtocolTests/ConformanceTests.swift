import NIOCore
import Testing
import WebSocketProtocol

/// The areas of the Autobahn list by number, in both roles, with input in chunks from single bytes to the whole.
///
/// Serialized, because a thousand parallel rows would block the threads of tests with time limits.
@Suite("Conformance: input, expected output and end of the connection", .serialized)
struct ConformanceTests {
    static func check(_ row: ConformanceCase, chunks: [Int] = [1, 2, 7, 61, .max]) {
        for role in WebSocketRole.both {
            let wire = row.wire(from: role.peer)
            for chunkBytes in chunks where chunkBytes >= wire.count / 20_000 {
                let endpoint = WebSocketEndpoint(role: role, limits: row.limits, maskKeys: MaskKeySource(seed: 9))
                let run = ConformanceRun(wire, chunkBytes: chunkBytes, into: endpoint)
                let place: Comment = "\(row.name), \(role), \(chunkBytes) bytes at a time"
                #expect(run.frames(from: role) == row.answer, place)
                #expect(run.endpoint.fate == row.fate(of: role), place)
                if case .failed(let code) = row.end {
                    #expect(run.error?.closeCode.rawValue == code, place)
                } else {
                    #expect(run.error == nil, place)
                }
                // Invalid text is refused at its first invalid byte, which is the last byte of the row.
                if row.failsAtLastByte && chunkBytes == 1 { #expect(run.bytesAtFault == wire.count, place) }
                let received = run.endpoint.received
                let counted = received.frameBytes + received.discardedBytes + run.endpoint.unfinishedBytes
                #expect(counted == wire.count, place)
                #expect(run.endpoint.sent.frameBytes == run.output.count, place)
            }
        }
    }

    @Test("1 framing", arguments: ConformanceCase.framing) func framing(_ row: ConformanceCase) { Self.check(row) }
    @Test("2 pings and pongs", arguments: ConformanceCase.pings) func pings(_ row: ConformanceCase) { Self.check(row) }
    @Test("3 reserved bits", arguments: ConformanceCase.reservedBits)
    func reservedBits(_ row: ConformanceCase) { Self.check(row) }
    @Test("4 opcodes", arguments: ConformanceCase.opcodes) func opcodes(_ row: ConformanceCase) { Self.check(row) }
    @Test("5 fragmentation", arguments: ConformanceCase.fragmentation)
    func fragmentation(_ row: ConformanceCase) { Self.check(row) }
    @Test("6 UTF-8", arguments: ConformanceCase.text) func text(_ row: ConformanceCase) { Self.check(row) }
    @Test("7 closing", arguments: ConformanceCase.closing) func closing(_ row: ConformanceCase) { Self.check(row) }
    @Test("9 limits", arguments: ConformanceCase.limits) func limits(_ row: ConformanceCase) { Self.check(row) }
    @Test("10 auto-fragmentation", arguments: ConformanceCase.autoFragmentation)
    func autoFragmentation(_ row: ConformanceCase) { Self.check(row) }
}
