import Testing

@testable import Expressions

@Suite("Which cases an expression names")
struct CaseBindingTests {
    private let cases = ["10-clients", "100-clients"].flatMap { condition in
        [("websocket", ""), ("short-poll", "interval-1s"), ("short-poll", "interval-5s")].map { transport, variant in
            NamedCase(
                id: "\(condition)_\(transport)" + (variant.isEmpty ? "" : "_\(variant)"), transport: transport,
                variant: variant)
        }
    }

    private func bound(_ text: String) throws -> [String] {
        let predicate = try Predicate(text, columns: catalog)
        return CaseBinding.all(of: predicate.references, among: cases).map { binding in
            binding.cases.map(\.id).joined(separator: " ")
        }
    }

    @Test("a column without a subject is every case's")
    func bare() throws {
        #expect(try bound("missed > 0") == cases.map(\.id))
    }

    @Test("a transport, a label and an id name cases; several subjects are compared under the same condition")
    func subjects() throws {
        #expect(try bound("websocket.missed > 0") == ["10-clients_websocket", "100-clients_websocket"])
        #expect(
            try bound("interval-5s.missed > websocket.missed") == [
                "10-clients_short-poll_interval-5s 10-clients_websocket",
                "100-clients_short-poll_interval-5s 100-clients_websocket",
            ])
        #expect(try bound("short-poll.missed > 0").count == 4)
        #expect(try bound("'10-clients_websocket'.missed > 0") == ["10-clients_websocket"])
        #expect(try bound("short-poll_interval-1s.missed > 0").count == 2)
    }

    @Test("a case is not compared with itself")
    func itself() throws {
        #expect(
            try bound("missed > websocket.missed") == [
                "10-clients_short-poll_interval-1s 10-clients_websocket",
                "10-clients_short-poll_interval-5s 10-clients_websocket",
                "100-clients_short-poll_interval-1s 100-clients_websocket",
                "100-clients_short-poll_interval-5s 100-clients_websocket",
            ])
    }

    @Test("a subject that names no case is found")
    func unknown() throws {
        let references = try Predicate("sse.missed > websocket.missed", columns: catalog).references
        #expect(CaseBinding.unknown(in: references, among: cases) == ["sse"])
        #expect(CaseBinding.all(of: references, among: cases).isEmpty)
    }
}

@Suite("Cases of several servers in expressions")
struct ServerBindingTests {
    private let cases = ["pushlab", "nchan"].flatMap { server in
        [("websocket", ""), ("short-poll", "interval-1s")].map { transport, variant in
            NamedCase(
                id: "10-clients_\(server)_\(transport)" + (variant.isEmpty ? "" : "_\(variant)"),
                transport: transport, variant: variant, server: server)
        }
    }

    private func bound(_ text: String) throws -> [[String]] {
        let predicate = try Predicate(text, columns: catalog)
        return CaseBinding.all(of: predicate.references, among: cases).map { binding in
            binding.cases.map { String($0.id.dropFirst("10-clients_".count)) }
        }
    }

    @Test("the condition has neither server nor transport")
    func condition() {
        #expect(Set(cases.map(\.condition)) == ["10-clients_"])
        #expect(cases[2].server == "nchan" && cases[2].endsWithUse)
        let old = NamedCase(id: "10-clients_websocket", transport: "websocket", variant: "", server: "pushlab")
        #expect(old.server.isEmpty && old.condition == "10-clients_" && !old.isNamed("pushlab"))
        let searched = NamedCase(
            id: "10-clients_nchan_websocket_clients-100", transport: "websocket", variant: "", server: "nchan")
        #expect(searched.server == "nchan" && searched.condition == searched.id)
    }

    @Test("a server, a transport and both name cases")
    func names() throws {
        #expect(try bound("nchan.missed > 0") == [["nchan_websocket"], ["nchan_short-poll_interval-1s"]])
        #expect(try bound("websocket.missed > 0") == [["pushlab_websocket"], ["nchan_websocket"]])
        #expect(try bound("nchan_short-poll.missed > 0") == [["nchan_short-poll_interval-1s"]])
        #expect(try bound("nchan_short-poll_interval-1s.missed > 0") == [["nchan_short-poll_interval-1s"]])
    }

    @Test("two cases differ in the server or in the transport, unless a name has both")
    func pairs() throws {
        #expect(
            try bound("short-poll.missed > websocket.missed") == [
                ["pushlab_short-poll_interval-1s", "pushlab_websocket"],
                ["nchan_short-poll_interval-1s", "nchan_websocket"],
            ])
        #expect(
            try bound("missed > pushlab.missed") == [
                ["pushlab_websocket", "pushlab_short-poll_interval-1s"],
                ["pushlab_short-poll_interval-1s", "pushlab_websocket"], ["nchan_websocket", "pushlab_websocket"],
                ["nchan_short-poll_interval-1s", "pushlab_short-poll_interval-1s"],
            ])
        #expect(
            try bound("missed > pushlab_websocket.missed") == [
                ["pushlab_short-poll_interval-1s", "pushlab_websocket"], ["nchan_websocket", "pushlab_websocket"],
                ["nchan_short-poll_interval-1s", "pushlab_websocket"],
            ])
    }
}
