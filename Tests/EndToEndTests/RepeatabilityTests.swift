import Foundation
import Glibc
import Testing

@Suite("Servers with one seed", .timeLimit(.minutes(1)))
struct RepeatabilityTests {
    @Test("publish the same items at the same due times; another seed gives others")
    func items() throws {
        let feeds = try ["5", "5", "6"].map(Self.firstItems)
        #expect(feeds[0].count == 30)
        #expect(feeds[0] == feeds[1])
        #expect(zip(feeds[0], feeds[2]).allSatisfy { $0 != $1 })
    }

    /// Sequence, due time since the start of the feed, and data of the first items.
    private static func firstItems(seed: String) throws -> [Substring] {
        let server = try Tool.start(
            "pushlab-server", "--port", "0", "--seed", seed, "--rate", "100/s", "--arrivals", "poisson", "--no-page")
        defer {
            server.signal(SIGKILL)
            _ = server.wait()
        }
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        let port = try #require(line?["port"] as? Int)
        let ending = try Tool.shell(
            """
            for _ in $(seq 100); do
                items=$(curl --silent "http://127.0.0.1:$1/poll?after=0" | head -n 30)
                [ "$(wc -l <<< "$items")" -ge 30 ] && break
                sleep 0.1
            done
            printf %s "$items"
            """, "\(port)")
        #expect(ending.code == 0, "\(ending.complaint)")
        return ending.output.split(separator: "\n")
    }
}
