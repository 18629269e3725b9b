import Foundation
import Measurement
import Testing

@testable import LoadGenerator

@Suite("The file of receive timestamps")
struct ReceiveStampsTests {
    @Test("a row has the local port of the client's newest connection")
    func file() throws {
        let path = NSTemporaryDirectory() + "stamps-\(UUID().uuidString).csv"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var stamps = ReceiveStamps(path: path, clients: 2)
        stamps.connected(client: 1, port: 40_001)
        stamps.received(7, client: 1, at: MonotonicInstant(nanoseconds: 123))
        stamps.connected(client: 1, port: 65_535)
        stamps.received(8, client: 1, at: MonotonicInstant(nanoseconds: 456))
        try stamps.write()
        #expect(
            try String(contentsOfFile: path, encoding: .utf8) == """
                client,local_port,sequence,received_ns\r
                1,40001,7,123\r
                1,65535,8,456\r

                """)
    }

    @Test("a missing folder is an error")
    func noFolder() {
        let stamps = ReceiveStamps(path: "/nowhere/stamps.csv", clients: 1)
        #expect(throws: (any Error).self) { try stamps.write() }
    }
}
