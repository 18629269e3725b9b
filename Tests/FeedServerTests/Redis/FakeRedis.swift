import Foundation
import Synchronization

/// As much of a Redis server as this program uses, with one stream; a test can break it.
final class FakeRedis: Sendable {
    struct Entry: Equatable {
        let id: String
        let fields: [String]
    }

    struct State {
        var keys: [String: String] = [:]
        var entries: [Entry] = []
        var commands: [[String]] = []
        /// Sent in place of the reply to each command of this name.
        var replies: [String: String] = [:]
    }

    // Guards what all connections and the test use.
    private let state = Mutex(State())
    private let server = Mutex<ScriptedServer?>(nil)
    let port: Int

    init() throws {
        let first = try ScriptedServer { _ in }
        port = first.port
        first.stop()
        try start()
    }

    /// Listens, with the data from before.
    func start() throws {
        let next = try ScriptedServer(port: port) { [weak self] connection in
            while let command = Self.command(from: connection) {
                guard let self else { return }
                connection.send(self.reply(to: command))
            }
        }
        server.withLock { $0 = next }
    }

    /// Ends all connections and refuses new ones.
    func stop() {
        server.withLock { $0 }?.stop()
    }

    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
    }

    var current: State { state.withLock { $0 } }
    var entries: [Entry] { current.entries }

    /// Adds an entry as a writer would.
    func add(_ id: String, _ fields: String...) {
        change { $0.entries.append(Entry(id: id, fields: fields)) }
    }

    private static func command(from connection: ScriptedServer.Connection) -> [String]? {
        guard let count = connection.readLine().flatMap({ Int($0.dropFirst()) }) else { return nil }
        var words: [String] = []
        for _ in 0..<count {
            guard let length = connection.readLine().flatMap({ Int($0.dropFirst()) }),
                let bytes = connection.read(length + 2)
            else { return nil }
            words.append(String(decoding: bytes.dropLast(2), as: UTF8.self))
        }
        return words
    }

    private func reply(to command: [String]) -> String {
        change { $0.commands.append(command) }
        if let reply = current.replies[command[0]] { return reply }
        switch command[0] {
        case "GET": return Self.text(current.keys[command[1]])
        case "EXISTS": return ":\(current.entries.isEmpty ? 0 : 1)\r\n"
        case "SET": return set(command[1], command[2])
        case "XADD": return add(command)
        case "XREVRANGE": return Self.list(current.entries.suffix(1))
        case "XREAD": return read(command)
        default: return "-ERR unknown command\r\n"
        }
    }

    private func set(_ key: String, _ value: String) -> String {
        state.withLock { state in
            if state.keys[key] != nil { return "$-1\r\n" }
            state.keys[key] = value
            return "+OK\r\n"
        }
    }

    private func add(_ command: [String]) -> String {
        // XADD key MAXLEN ~ n id field value field value
        state.withLock { state in
            let number = UInt64(command[5].prefix { $0 != "-" }) ?? 0
            if let last = state.entries.last, UInt64(last.id.prefix { $0 != "-" }) ?? 0 >= number {
                return "-ERR The ID specified in XADD is equal or smaller than the target stream top item\r\n"
            }
            state.entries.append(Entry(id: command[5], fields: Array(command[6...])))
            return Self.text(command[5])
        }
    }

    private func read(_ command: [String]) -> String {
        // XREAD COUNT n BLOCK ms STREAMS key id
        let count = Int(command[2]) ?? 0
        for _ in 0..<20 {
            let next = current.entries.filter { Self.order(of: $0.id) > Self.order(of: command[7]) }.prefix(count)
            if !next.isEmpty { return "*1\r\n*2\r\n" + Self.text(command[6]) + Self.list(next) }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return "*-1\r\n"
    }

    private static func order(of id: String) -> UInt64 {
        let parts = id.split(separator: "-").map { UInt64($0) ?? 0 }
        return parts[0] * 1_000 + (parts.count > 1 ? parts[1] : 0)
    }

    private static func list(_ entries: some Collection<Entry>) -> String {
        "*\(entries.count)\r\n"
            + entries.map { entry in
                "*2\r\n" + text(entry.id) + "*\(entry.fields.count)\r\n" + entry.fields.map { text($0) }.joined()
            }.joined()
    }

    private static func text(_ value: String?) -> String {
        value.map { "$\($0.utf8.count)\r\n\($0)\r\n" } ?? "$-1\r\n"
    }
}
