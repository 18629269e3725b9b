import Feed
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import FeedServer

@Suite("Items as POST requests", .timeLimit(.minutes(1)))
struct PostSinkTests {
    /// What the server has received.
    private final class Inbox: Sendable {
        // Guards the requests.
        private let requests = Mutex<[String]>([])

        var texts: [String] { requests.withLock { $0 } }
        func add(_ text: String) { requests.withLock { $0.append(text) } }
    }

    private static func items(_ range: ClosedRange<UInt64>) -> [FeedItem] {
        range.map { FeedItem(sequence: $0, dueMicroseconds: 0, data: "x".utf8) }
    }

    /// Answers each request with the text that `answer` makes of its number on the connection and its body.
    private static func server(
        _ inbox: Inbox, answer: @escaping @Sendable (Int, String) -> String?
    ) throws -> ScriptedServer {
        try ScriptedServer { connection in
            var number = 0
            while true {
                var (head, length) = ("", 0)
                while let line = connection.readLine(), !line.isEmpty {
                    head += line + "\n"
                    if line.hasPrefix("Content-Length: ") { length = Int(line.dropFirst(16)) ?? 0 }
                }
                guard !head.isEmpty, let body = connection.read(length) else { return }
                inbox.add(head + "\n" + String(decoding: body, as: UTF8.self))
                number += 1
                guard let text = answer(number, String(decoding: body, as: UTF8.self)) else { return }
                connection.send(text)
                if text.contains("Connection: close") { return }
            }
        }
    }

    private static func post(_ items: [FeedItem], to port: Int) throws -> Int {
        let sink = try PostSink(
            to: PostTarget(host: "127.0.0.1", port: port, target: "/p"), contentType: "application/x-item")
        var begun = 0
        for item in items { try sink.write([item]) { begun += 1 } }
        return begun
    }

    private static let taken = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"

    @Test("one request per item, in order, on one connection")
    func inOrder() async throws {
        let inbox = Inbox()
        let server = try Self.server(inbox) { _, _ in Self.taken }
        let port = server.port
        #expect(try await blocking { try Self.post(Self.items(1...40), to: port) } == 40)
        #expect(server.connections == 1)
        #expect(
            inbox.texts.map { $0.split(separator: "\n").last ?? "" }
                == Self.items(1...40).map {
                    Substring(String(buffer: $0.text))
                })
        #expect(
            inbox.texts.first == """
                POST /p HTTP/1.1
                Host: 127.0.0.1:\(port)
                Content-Type: application/x-item
                Content-Length: 5

                1,0,x
                """)
    }

    @Test("a server that ends the connection after an answer gets the next item on another one")
    func closing() async throws {
        let inbox = Inbox()
        let server = try Self.server(inbox) { _, _ in
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        }
        let port = server.port
        #expect(try await blocking { try Self.post(Self.items(1...3), to: port) } == 3)
        #expect(server.connections == 3)
        #expect(inbox.texts.count == 3)
    }

    @Test(
        "an answer other than 2xx ends the feed, with its status and first line",
        arguments: [
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nno topic\n", "answered 404 to item 2: no topic"),
            ("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "answered 302 to item 2"),
            ("HTTP/1.1 304 Not Modified\r\n\r\n", "answered 304 to item 2"),
        ])
    func refused(answer: String, sentence: String) async throws {
        let inbox = Inbox()
        let server = try Self.server(inbox) { number, _ in number == 2 ? answer : Self.taken }
        let port = server.port
        await #expect(throws: SinkFault("http://127.0.0.1:\(port)/p \(sentence)")) {
            try await blocking { try Self.post(Self.items(1...3), to: port) }
        }
        #expect(inbox.texts.count == 2)
    }

    @Test("a server that ends the connection within a request ends the feed; the item is not sent again")
    func broken() async throws {
        let inbox = Inbox()
        let server = try Self.server(inbox) { number, _ in number == 2 ? nil : Self.taken }
        let port = server.port
        let reason = "cannot be reached: the server ended the connection without an answer"
        await #expect(throws: SinkFault("http://127.0.0.1:\(port)/p \(reason)")) {
            try await blocking { try Self.post(Self.items(1...3), to: port) }
        }
        #expect(inbox.texts.count == 2)
    }

    @Test("an answer that is not HTTP, and no server at all")
    func notHTTP() async throws {
        let server = try Self.server(Inbox()) { _, _ in "SSH-2.0-x\r\n\r\n" }
        let port = server.port
        await #expect(
            throws: SinkFault("http://127.0.0.1:\(port)/p cannot be reached: the server's answer is not HTTP")
        ) { try await blocking { try Self.post(Self.items(1...1), to: port) } }
        let reason = "the connection was refused; no server listens there"
        await #expect(throws: SinkFault("http://127.0.0.1:1/p cannot be reached: \(reason)")) {
            try await blocking { try Self.post(Self.items(1...1), to: 1) }
        }
    }
}
