import Feed
import FeedServer
import Foundation
import HTTP
import Measurement
import NIOCore

/// A server with the teaching page, and its lane ports.
struct PageServer {
    static let token = "control-token-of-tests"
    static let authorization = "Authorization: Bearer \(token)"

    let server: FeedServer
    let lanes: [Lane]

    var port: Int { server.port }

    struct Lane: Decodable {
        let transport: String
        let port: Int
    }

    struct Setup: Decodable {
        struct Feed: Decodable {
            let source: String
            let controls: Bool
        }

        let addresses: [String]
        let feed: Feed
        let http2: Bool
        let lanes: [Lane]
        let mayControl: Bool
        let tls: Bool
        let version: String
    }

    func port(of transport: String) -> Int { lanes.first { $0.transport == transport }?.port ?? 0 }

    /// The answer to a GET request on the main port, decoded from JSON.
    static func ask<Value: Decodable>(_ port: Int, _ target: String, _ fields: String...) throws -> Value {
        let connection = try RawConnection(port: port)
        try connection.send((["GET \(target) HTTP/1.1", "Host: a"] + fields).joined(separator: "\r\n") + "\r\n\r\n")
        return try JSONDecoder().decode(Value.self, from: Data(try connection.readResponse().body.utf8))
    }

    static func post(_ port: Int, _ target: String, _ body: String = "", token: String? = token) throws -> RawResponse {
        let connection = try RawConnection(port: port)
        let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        try connection.send(
            "POST \(target) HTTP/1.1\r\nHost: a\r\n\(authorization)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        return try connection.readResponse()
    }
}

/// What `/lanes/ID` answers.
struct LaneAnswer: Decodable, Equatable {
    struct Directions: Decodable, Equatable {
        let up: Int
        let down: Int
    }

    let transport: String?
    let connections: Int
    let open: Int
    let requests: Int
    let items: Int
    let layers: [String: [String: Int]]
    let plaintext: Directions
    let tls: Directions
    let kernel: Directions?

    /// All layers of a direction.
    func sum(_ direction: String) -> Int { (layers[direction] ?? [:]).values.reduce(0, +) }
}

func withPage(
    items: Int = 0, configure: (inout FeedServerConfiguration) -> Void = { _ in },
    running body: (PageServer) async throws -> Void
) async throws {
    try await withServer(items: items) {
        $0.page = PageConfiguration(controlToken: PageServer.token) { name, _, origins in
            let fields = [ResponseField("Origins", origins.joined(separator: " "))]
            return ["", "main.js"].contains(name)
                ? HTTPResponse(.ok, contentType: "text/plain", fields: fields, body: .whole(.init(string: "<\(name)>")))
                : nil
        }
        configure(&$0)
    } running: { server in
        let port = server.port
        let setup: PageServer.Setup = try await blocking { try PageServer.ask(port, "/page/setup.json") }
        try await body(PageServer(server: server, lanes: setup.lanes))
    }
}

/// A synthetic feed that publishes nothing by itself during a test.
func slowFeed(_ configuration: inout FeedServerConfiguration) {
    let rate = ItemRate(items: 1, per: .seconds(60))
    configuration.feed = .synthetic(
        .init(payloadBytes: 100, period: rate.period, arrivals: .constant, seed: 1))
    configuration.page?.rate = rate
    configuration.page?.payload = ByteCount(bytes: 100)
}
