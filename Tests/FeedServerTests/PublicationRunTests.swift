import Feed
import Foundation
import Measurement
import Testing
import Transports

@testable import FeedServer

@Suite("A feed that is behind leaves time for the server's sockets", .timeLimit(.minutes(1)))
struct PublicationRunTests {
    private func at(_ milliseconds: Double) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000 + Int64(milliseconds * 1e6))
    }

    /// Whether each delivery had to wait, one per beginning, which takes some milliseconds.
    private func pauses(_ beginnings: [Double], lasting length: Double) -> [Bool] {
        var run = PublicationRun()
        return beginnings.map { beginning in
            let mustPause = run.mustPause(at(beginning), at: at(beginning))
            if mustPause {
                run.paused(until: at(beginning + 0.5))
            } else {
                run.delivered(from: at(beginning), until: at(beginning + length))
            }
            return mustPause
        }
    }

    @Test("deliveries without a pause go on for 10 ms")
    func behind() {
        let beginnings = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10.5]
        #expect(pauses(beginnings, lasting: 0.98) == Array(repeating: false, count: 10) + [true, false])
    }

    @Test("after a pause of 500 µs, one long delivery may follow; then there is a pause again")
    func paced() {
        #expect(pauses([0, 100, 200, 300], lasting: 49.9) == [false, false, false, false])
        #expect(pauses([0, 49.91, 50.41], lasting: 49.9) == [false, true, false])
    }

    @Test("the status is answered while each item takes longer than the time to the next one")
    func status() async throws {
        try await withServer {
            $0.threads = 1
            $0.feed = .synthetic(
                FeedGenerator(payloadBytes: 64, period: .milliseconds(5), arrivals: .constant, seed: 1))
            $0.feedDuration = .seconds(30)
            $0.delayPerItem = .milliseconds(6)
        } running: { server in
            let port = server.port
            let status = try await blocking {
                let stream = try RawConnection(port: port)
                #expect(try stream.exchange("/stream?after=0").status == 200)
                return try withExtendedLifetime(stream) {
                    // Enough for the feed to be behind, by 1 ms per item.
                    Thread.sleep(forTimeInterval: 0.3)
                    return try RawConnection(port: port, patience: .seconds(20)).exchange("/stats")
                }
            }
            let answer = try JSONDecoder().decode(ServerStatus.self, from: Data(status.body.utf8))
            #expect(!answer.feedEnded)
            #expect(answer.newest > 10)
        }
    }
}
