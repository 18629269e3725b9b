import FeedServer
import Foundation
import Host
import Measurement
import Testing

/// Asks every 5 ms, for at most 5 s, until the answer about the lane is as wanted.
///
/// - Returns: The last answer, as wanted or not.
/// - Throws: If the last answer was none: the lane is unknown.
func awaitLane(_ port: Int, _ id: String, until isWanted: (LaneAnswer) -> Bool) throws -> LaneAnswer {
    let deadline = MonotonicClock.now() + .seconds(5)
    while true {
        let answer = Result { try PageServer.ask(port, "/lanes/\(id)") as LaneAnswer }
        if let lane = try? answer.get(), isWanted(lane) { return lane }
        if MonotonicClock.now() > deadline { return try answer.get() }
        usleep(5_000)
    }
}

/// Asks until the lane has no connection.
func awaitNoConnection(_ port: Int, _ id: String) throws -> LaneAnswer {
    let lane = try awaitLane(port, id) { $0.open == 0 }
    #expect(lane.open == 0)
    return lane
}

/// Runs the body with a server that has TLS and one item.
///
/// - Parameter body: Gets the main port, and that of a lane.
/// - Throws: What the body or the start of the server throws.
func withEncryptedPage(_ body: @escaping @Sendable (_ main: Int, _ lane: Int) throws -> Void) async throws {
    let certificate = try ServerCertificate.selfSigned()
    try await withServer {
        $0.certificate = certificate
        $0.page = PageConfiguration(controlToken: PageServer.token)
    } running: { server in
        let port = server.port
        server.publish(line: Array("an item".utf8))
        try await blocking { () throws in
            _ = try CurlTool.ask(port, "/long-poll?after=0")
            let answer = try CurlTool.ask(port, "/page/setup.json")
            let setup = try JSONDecoder().decode(PageServer.Setup.self, from: Data(answer.utf8))
            #expect(setup.tls && setup.http2)
            try body(port, setup.lanes[0].port)
        }
    }
}

/// The command line tool, for TLS and HTTP/2.
enum CurlTool {
    struct Failure: Error { let code: Int32 }

    /// The responses to requests for these targets, joined; on one connection if possible.
    static func ask(_ origin: String, _ targets: [String], _ options: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["curl", "--silent", "--insecure"] + options + targets.map { origin + $0 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw Failure(code: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }

    static func ask(_ port: Int, _ target: String, _ options: String...) throws -> String {
        try ask("https://127.0.0.1:\(port)", [target], options)
    }

    static func lane(_ port: Int, _ id: String) throws -> LaneAnswer {
        try JSONDecoder().decode(LaneAnswer.self, from: Data(ask(port, "/lanes/\(id)").utf8))
    }
}
