import Testing

@testable import FeedServer

@Suite("Accepting connections", .timeLimit(.minutes(1)))
struct AcceptingTests {
    @Test("connections are given to the loops in turn", arguments: [1, 3])
    func inTurn(threads: Int) async throws {
        try await withServer(items: 1) {
            $0.threads = threads
        } running: { server in
            let port = server.port
            var held: [Connection] = []
            for count in 1...6 {
                held.append(
                    try await blocking {
                        let connection = try RawConnection(port: port)
                        // The response shows that the connection has its loop.
                        #expect(try connection.exchange("/poll").status == 200)
                        return Connection(connection)
                    })
                let counts = await server.connections()
                #expect(counts.reduce(0, +) == count)
                #expect(counts.allSatisfy { $0 == count / threads || $0 == (count + threads - 1) / threads })
            }
        }
    }
}
