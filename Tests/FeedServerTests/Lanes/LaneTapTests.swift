import HTTP
import Host
import Measurement
import NIOCore
import NIOPosix
import Testing
import Transports
import WireAccounting

@testable import FeedServer

@Suite("What a tap reports to its lane")
struct LaneTapTests {
    /// A connection that has received a number of bytes, and counts how often it is asked.
    private final class Connection: LaneConnection {
        let isBetweenRequests = false
        var received: Int64 = 0
        private(set) var reads = 0

        func kernelNow() -> KernelCount? {
            reads += 1
            var count = KernelCount()
            count.bytesUp = received
            return count
        }

        func drop() {}
    }

    private func makeLoop() -> FeedLoop {
        FeedLoop(
            eventLoop: MultiThreadedEventLoopGroup.singleton.any(), configuration: FeedServerConfiguration(),
            occupancy: Occupancy(maximumPlaces: 1), position: FeedPosition(), epoch: MonotonicClock.now())
    }

    @Test("a report without the kernel's counters leaves them to the next report with them")
    func later() throws {
        let (registry, connection) = (LaneRegistry(mostConnections: 1), Connection())
        let tap = LaneTap(loop: makeLoop(), lanes: registry, encrypted: true)
        tap.connection = connection
        let request = try requestHead("GET /poll?lane=a HTTP/1.1\r\nHost: a\r\n\r\n")
        let head: RequestHead = try #require(request)
        try tap.requestArrived(head, stream: nil)
        let lane = try registry.find("a")
        for (bytes, readsKernel) in [(100, false), (20, false), (3, true), (4, false)] {
            connection.received += Int64(bytes)
            tap.wirePassed(bytes, .up)
            tap.settle(readsKernel: readsKernel)
        }
        #expect(lane.snapshot.bytes[.tls, .up] == 127)
        #expect(lane.snapshot.kernel.up == 123)
        #expect(lane.snapshot.unreadKernelCounters == 0)
        #expect(connection.reads == 1)
        tap.ended(connection.kernelNow())
        #expect(lane.snapshot.kernel.up == 127)
    }

    @Test("a stream's part of the bytes of TLS, for counts whose product has more than 64 bits")
    func largeCounts() {
        var (whole, stream) = (ByteLedger(), ByteLedger())
        whole.book(8 << 40, .payload, .up)
        whole.book(6 << 40, .tls, .up)
        stream.book(2 << 40, .payload, .up)
        let share = stream.withTLS(of: whole)
        #expect(share[.tls, .up] == 3 << 39)
        #expect(share[.payload, .up] == 2 << 40)
    }
}

/// The headers of a request in HTTP/1.1; `nil` if they are not complete.
func requestHead(_ text: String) throws -> RequestHead? {
    var reader = RequestReader(isStream: false)
    reader.received(ByteBuffer(string: text))
    guard case .request(let head) = try reader.next() else { return nil }
    return head
}
