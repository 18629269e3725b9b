import FeedServer
import Testing

@Suite("Delivery to clients that have every item", .timeLimit(.minutes(1)))
struct LiveDeliveryTests {
    /// Only one thread uses it at a time.
    private final class Client: @unchecked Sendable {
        let raw: RawConnection
        var items: [Int] = []

        init(port: Int, receiveBufferBytes: Int32? = nil) throws {
            raw = try RawConnection(port: port, receiveBufferBytes: receiveBufferBytes)
            #expect(try raw.upgrade("/ws?after=0").status == 101)
        }

        /// The opcode of the next frame; keeps items.
        func readFrame() throws -> UInt8 {
            let frame = try raw.readFrame()
            if frame.first == 0x81 {
                let text = String(decoding: frame.payload, as: UTF8.self)
                items.append(try #require(Int(text.prefix { $0 != "," }, radix: 36)))
            }
            return frame.first & 0xf
        }

        func readItems(_ count: Int) throws {
            while items.count < count { _ = try readFrame() }
        }

        /// A frame with mask key 0.
        func send(_ opcode: UInt8, _ payload: String = "") throws {
            try raw.send([0x80 | opcode, 0x80 | UInt8(payload.utf8.count), 0, 0, 0, 0] + Array(payload.utf8))
        }
    }

    private func publish(_ numbers: ClosedRange<Int>, bytes: Int = 1, _ server: FeedServer) {
        for _ in numbers { server.publish(line: Array(repeating: UInt8(ascii: "x"), count: bytes)) }
    }

    @Test("clients that send, come and leave meanwhile get each item once, in order", arguments: [1, 2])
    func mixed(threads: Int) async throws {
        try await withServer {
            $0.threads = threads
        } running: { server in
            let port = server.port
            let clients = try await blocking { try (0..<8).map { _ in try Client(port: port) } }
            for round in 1...20 {
                try await blocking {
                    // Another client each time; the rest stays as it is.
                    try clients[round % 8].send(0x9, "ping \(round)")
                }
                publish(1...2, server)
                try await blocking {
                    for client in clients { try client.readItems(2 * round) }
                }
                if round % 5 == 0 {
                    try await blocking {
                        let visitor = try Client(port: port)
                        try visitor.readItems(2 * round)
                        try visitor.send(0x8)
                        while try visitor.readFrame() != 0x8 {}
                        #expect(visitor.items == Array(1...2 * round))
                    }
                }
            }
            for client in clients { #expect(client.items == Array(1...40)) }
        }
    }

    @Test("a client that does not read for a while gets every item intact, and the others do not wait for it")
    func stalled() async throws {
        try await withServer {
            $0.historyItems = 1_000
        } running: { server in
            let port = server.port
            let (slow, quick) = try await blocking {
                (try Client(port: port, receiveBufferBytes: 4_096), try Client(port: port))
            }
            // 12 MB, far more than the socket's buffers hold.
            for number in 1...200 {
                publish(number...number, bytes: 60_000, server)
                try await blocking { try quick.readItems(number) }
            }
            try await blocking { try slow.readItems(200) }
            publish(201...203, server)
            try await blocking {
                try slow.readItems(203)
                try quick.readItems(203)
            }
            for client in [slow, quick] { #expect(client.items == Array(1...203)) }
        }
    }

    @Test("a client that resets its connection leaves the others undisturbed")
    func reset() async throws {
        try await withServer { server in
            let port = server.port
            let stays = try await blocking { try Client(port: port) }
            for number in 1...10 {
                try await blocking {
                    // Unread bytes make the close a reset.
                    let leaves = try Client(port: port)
                    try leaves.readItems(number - 1)
                }
                publish(number...number, server)
                try await blocking { try stays.readItems(number) }
            }
            #expect(stays.items == Array(1...10))
        }
    }
}
