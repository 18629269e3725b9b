import Foundation
import Glibc
import Transports

@testable import Host
@testable import Lab

/// A small server in a temporary folder, in place of a third-party server.
struct TestPeer: ~Copyable {
    let folder: URL
    /// The value of the markers in the environment of its processes.
    let id = UUID().uuidString

    /// - Parameter files: The files of the folder.
    /// - Throws: If a file cannot be written.
    init(_ files: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Waits until a program has written a file, which must end with a line feed.
    func read(_ name: String) -> String {
        for _ in 0..<1_000 {
            if let text = TextFile.read(path(name)), text.hasSuffix("\n") { return text }
            usleep(5_000)
        }
        return ""
    }

    func program(_ name: String, start: [String], ports: Int = 1) -> PeerProgram {
        PeerProgram(
            name: name, title: name, folder: folder.path, buildFolder: path("build"), python: "/usr/bin/python3",
            version: ["echo", "1.2.3"], start: start, ports: ports, dialects: ["http-stream": ServerDialect()])
    }

    /// A server that is a Python program.
    func python(_ name: String, _ text: String, ports: Int = 1) throws -> PeerProgram {
        try Data(text.utf8).write(to: folder.appendingPathComponent("peer.py"))
        return program(
            name,
            start: ["python3", "-u", "{folder}/peer.py"] + (1...ports).map { $0 == 1 ? "{port}" : "{port\($0)}" },
            ports: ports)
    }

    func server(_ program: PeerProgram, feeder: [String] = TestPeer.feeder) -> PeerServer {
        var server = PeerServer(program: program, transport: "http-stream", feeder: feeder, clients: 4)
        server.times.start = .seconds(10)
        server.times.endOfInput = .milliseconds(500)
        server.times.termination = .milliseconds(500)
        let id = id
        server.makeID = { id }
        return server
    }

    /// What is left of the server and its feeder: processes, folders of control groups, and temporary files.
    var remains: [String] {
        let markers = [PeerServer.marker, PeerServer.feederMarker].map { ProcessMarker(name: $0, value: id) }
        let places = ControlGroupPlace.all(
            membership: TextFile.read("/proc/self/cgroup") ?? "", mounts: TextFile.read("/proc/mounts") ?? "")
        let folders = places.map(\.folder) + [FileManager.default.temporaryDirectory.path]
        let left = folders.map { "\($0)/pushlab-peer-\(id)" }.filter { PathKind($0) != .missing }
        return markers.flatMap { $0.processes() }.map { "process \($0)" } + left
    }

    /// A feeder that publishes one item and then waits to be stopped.
    static let feeder = shell("echo '1,0,first'; cat")

    /// A feeder that is a shell script, and is ready at its start.
    static func shell(_ script: String) -> [String] {
        let ready = #"echo '{"event":"listening","host":"127.0.0.1","port":7,"pid":1}' >&2"#
        return ["/bin/sh", "-c", "\(ready); \(script)", "feeder"]
    }
}
