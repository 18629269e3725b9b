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
