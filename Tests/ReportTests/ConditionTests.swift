import ResultFiles
import Testing

@testable import Report

@Suite("Conditions: which cases share a block, and its title")
struct ConditionTests {
    /// Two transports per value of a field, with ids as scenarios make them.
    private static func rows(_ field: String, _ values: [String], inID: Bool = true) -> [SummaryRow] {
        values.flatMap { value in
            ["websocket", "long-poll"].map { transport in
                var row = Rows.summary(transport)
                row.axes = "\(field)=\(value)"
                row.caseID = "replay-host_100-clients\(inID ? "_\(field)-\(value)" : "")_\(transport)"
                return row
            }
        }
    }

    @Test(
        "cases that differ in any field but the transport's options do not share a block",
        arguments: [
            "lifetime.mean", "reconnect.wait", "slow-clients", "warmup", "duration", "content", "arrivals", "history",
            "slow-subscriber",
        ])
    func fields(field: String) throws {
        let conditions = try Rows.folder(Self.rows(field, ["1", "2", "3"])).conditions
        #expect(conditions.map(\.title) == ["\(field)=1", "\(field)=2", "\(field)=3"])
        #expect(conditions.map(\.heading)[0] == "\(field)=1 (replay-host, 100 clients)")
        #expect(conditions.allSatisfy { $0.cases.map(\.transport) == ["websocket", "long-poll"] })
    }

    @Test("options of a transport share a block")
    func options() throws {
        let rows = ["minimal", "cookie"].map { head in
            var row = Rows.summary("long-poll", variant: "headers-\(head)")
            row.axes = "headers=\(head)"
            return row
        }
        let conditions = try Rows.folder(rows).conditions
        #expect(conditions.map(\.title) == ["replay-host, 100 clients"])
        #expect(conditions.map(\.heading) == ["replay-host, 100 clients"])
        #expect(conditions.first?.cases.count == 2)
    }

    @Test("where ids do not end with the transport, as in a search for the capacity, the column axes decides")
    func otherIDs() throws {
        let rows = Self.rows("load", ["1", "2"], inID: false).map { row in
            var row = row
            row.caseID += "-at-\(row.axes ?? "")"
            return row
        }
        #expect(try Rows.folder(rows).conditions.map(\.title) == ["load=1", "load=2"])
    }

    @Test("a named axis does not repeat its first field; several fields are a list in sentences")
    func named() throws {
        let rows = [("10", "1KiB"), ("100", "2KiB")].map { clients, payload in
            var row = Rows.summary("websocket")
            row.axes = "clients=\(clients); payload=\(payload); load=\(clients)"
            row.caseID = "feed-\(payload)_\(clients)-clients_websocket"
            return row
        }
        let conditions = try Rows.folder(rows).conditions
        #expect(conditions.map(\.title) == ["clients=10, payload=1KiB", "clients=100, payload=2KiB"])
        #expect(conditions[0].phrase == "clients=10 and payload=1KiB")
    }

    @Test("a transport with fields of its own has a block, whose title is different from all others")
    func own() throws {
        var rows = Self.rows("slow-clients", ["0%", "25%"])
        var other = Rows.summary("websocket", variant: "own")
        other.caseID = "replay-host_100-clients_slow-clients-25%-skip_websocket_own"
        rows.append(other)
        #expect(
            try Rows.folder(rows).conditions.map(\.title) == [
                "replay-host, 100 clients, slow-clients=0%", "replay-host, 100 clients, slow-clients=25%",
                "replay-host, 100 clients",
            ])
        other.caseID = "replay-host_100-clients_else_websocket_own"
        #expect(
            try Rows.folder(rows + [other]).conditions.map(\.title).suffix(2) == [
                "replay-host, 100 clients", "replay-host, 100 clients (2)",
            ])
    }

    @Test("pairs of cases are compared within a block only")
    func comparisons() throws {
        let rows = (1...10).flatMap { repetition in
            Self.rows("lifetime.mean", ["2s", "10s"]).map { row in
                var row = row
                row.repetition = repetition
                row.latencyP50Microseconds = row.latencyP50Microseconds.map { $0 + Double(repetition) }
                return row
            }
        }
        let found = try Rows.folder(rows).comparisons.filter { $0.metric == "latency_p50_us" }
        #expect(found.map(\.condition) == ["lifetime.mean=2s", "lifetime.mean=10s"])
        let name = "lifetime.mean-2s"
        #expect(found[0].baseline.contains(name) && found[0].candidate.contains(name))
    }
}
