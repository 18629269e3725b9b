import Expressions
import ResultFiles
import Testing

@testable import Report

@Suite("Runs with several servers")
struct ServerReportTests {
    /// The row of a case whose id has the server, or of a run that names no server.
    private static func row(
        _ server: String, _ transport: String, repeat repetition: Int = 1, delay: Double? = nil, hasName: Bool = true
    ) -> SummaryRow {
        var row = Rows.summary(transport, repeat: repetition)
        row.server = server
        if hasName { row.caseID = "replay-host_100-clients_\(server)_\(transport)" }
        row.axes = hasName ? "server=\(server)" : nil
        if let delay { row.latencyP50Microseconds = delay + Double(repetition) }
        return row
    }

    private static let four = [
        row("pushlab", "websocket"), row("pushlab", "long-poll"), row("nchan", "websocket", delay: 820),
        row("nchan", "long-poll", delay: 2_400),
    ]

    @Test("servers are in one condition, and name cases in the table")
    func table() throws {
        let folder = try Rows.folder(Self.four)
        #expect(folder.conditions.map(\.title) == ["replay-host, 100 clients"])
        #expect(
            folder.conditions[0].cases.map(\.label) == [
                "pushlab websocket", "pushlab long-poll", "nchan websocket", "nchan long-poll",
            ])
        let table = TableCells(folder.conditions[0])
        #expect(table.columns[0].title == "server and transport")
        #expect(table.rows.map { $0.cells[0] }.last == "nchan long-poll")
        let text = ResultTableText.terminal(folder)
        #expect(text.contains("\n  transport") && text.contains("  server and"))
        #expect(text.contains("✓ nchan websocket"))
    }

    @Test("the table has the peak of the memory if there are several servers")
    func memory() throws {
        var rows = Self.four
        for index in rows.indices { rows[index].serverRSSPeakBytes = (index + 1) << 20 }
        let title = "server memory at most, MiB"
        let table = TableCells(try Rows.folder(rows).conditions[0])
        let column = try #require(table.columns.firstIndex { $0.title == title })
        #expect(table.rows.map { $0.cells[column] } == ["1.00", "2.00", "3.00", "4.00"])
        let one = TableCells(try Rows.folder(Array(rows.prefix(2))).conditions[0])
        #expect(!one.columns.map(\.title).contains(title))
    }

    @Test("a question about gaps shows them next to the delays")
    func gaps() throws {
        var row = Self.row("pushlab", "websocket", hasName: false)
        row.itemGapP50Microseconds = 25_000
        let condition = try Rows.folder([row]).conditions[0]
        let title = "gap between the items of a client, p50"
        #expect(!TableCells(condition).columns.map(\.title).contains(title))
        let topics = QuestionTopics("How even are the gaps between items?")
        #expect(TableCells(condition, topics: topics).columns.map(\.title).contains(title))
    }

    @Test("a question about the cost for servers is also one about processors")
    func topics() {
        #expect(QuestionTopics("What does it cost different servers?").topics == [.bytes, .processor])
        #expect(QuestionTopics("What does it cost?").topics == [.bytes])
    }

    @Test("a run of PushLab's own server has no such names")
    func own() throws {
        let folder = try Rows.folder([Self.row("pushlab", "websocket", hasName: false)])
        #expect(folder.conditions[0].cases.map(\.label) == ["websocket"])
        #expect(TableCells(folder.conditions[0]).columns[0].title == "transport")
        #expect(!AnswerSentence.all(folder).joined().contains("pushlab"))
    }

    @Test("sentences name the server, and compare a handshake only with the same server")
    func sentences() throws {
        let answer = AnswerSentence.all(try Rows.folder(Self.four))
        let paragraph = try #require(answer.first { $0.hasPrefix("For replay-host at 100 clients") })
        #expect(paragraph.contains("WebSocket on pushlab delivered items with 6.10 bytes of overhead per item"))
        #expect(paragraph.contains("long polling on nchan with 312 bytes and 2.40 ms"))
        #expect(
            paragraph.contains(
                "The handshake of WebSocket on nchan (300 bytes per client) breaks even after 1 item compared with "
                    + "long polling on nchan."))
        #expect(
            answer.contains { $0.hasPrefix("server=nchan against server=pushlab (2 pairs of cases): ") }, "\(answer)")
    }

    @Test("series of a sweep have the server's name, another dash, and the transport's colour and marker")
    func sweep() throws {
        let rows = ["pushlab", "nchan"].flatMap { server in
            [100, 1_000].map { clients in
                var row = Self.row(server, "websocket")
                row.clients = clients
                row.caseID = "replay-host_\(clients)-clients_\(server)_websocket"
                row.axes = "clients=\(clients); server=\(server)"
                return row
            }
        }
        let folder = try Rows.folder(rows)
        let sweep = try #require(folder.sweeps.first)
        #expect(folder.sweeps.count == 1 && sweep.axis.name == "clients" && sweep.facets.count == 1)
        let series = sweep.facets[0].series
        #expect(series.map(\.name) == ["pushlab websocket", "nchan websocket"])
        #expect(series.map(\.phrase) == ["WebSocket on pushlab", "WebSocket on nchan"])
        #expect(series.map(\.use) == [0, 1])
        #expect(series[0].style == series[1].style)
        let plot = try #require(Plots.all(folder).first { $0.fileName == "plots/sweep-clients.svg" })
        #expect(plot.svg.contains("nchan websocket"))
        #expect(plot.svg.contains("stroke-dasharray=\"7 3\""))
    }

    @Test("lines of one transport differ in the dash up to six servers, then also in the shade")
    func manyServers() throws {
        let rows = (0..<13).map { Self.row("s\($0)", "websocket") }
        let results = try Rows.folder(rows).conditions.flatMap(\.cases)
        var numbers = CaseNumbers(results)
        let found = results.map { numbers.next($0) }
        #expect(found == Array(0..<13))
        let colours = results.map { numbers.style(of: $0).colour }
        let own = TransportStyle(of: "websocket")
        #expect(Set(colours[0..<6]) == [own.colour])
        #expect(Set(colours[6..<12]) == [Shade.colour(own.colour, step: 1)])
        #expect(colours[12] == Shade.colour(own.colour, step: 2))
        let looks = zip(results, colours).enumerated().map { "\($1.1) \(LineDash.svg($0))" }
        #expect(Set(looks).count == 13)
    }

    @Test("shades")
    func shades() {
        #expect(Shade.colour("#0072B2", step: 0) == "#0072B2")
        #expect(Shade.colour("#0072B2", step: 1) == "#00446B")
        #expect(Shade.colour("#0072B2", step: 2) == "#66AAD1")
        #expect(Shade.colour("#0072B2", step: 3) == "#002940")
        #expect(Shade.colour("blue", step: 1) == "blue")
    }

    @Test("the timeline's lines of two servers differ in the dash, and have a legend")
    func timeline() throws {
        let svg = try #require(Plots.all(try Rows.folder(Self.four)).first { $0.fileName == "plots/timeline.svg" }).svg
        #expect(svg.contains("nchan long-poll") && svg.contains("stroke-dasharray=\"7 3\""))
    }

    // MARK: Comparing

    private static let repeated = ["pushlab", "nchan"].flatMap { server in
        ["websocket", "long-poll"].flatMap { transport in
            (1...10).map { row(server, transport, repeat: $0, delay: server == "nchan" ? 900 : 400) }
        }
    }

    @Test("comparisons.csv pairs the same server or the same transport")
    func pairs() throws {
        let rows = try Rows.folder(Self.repeated).comparisons.filter { $0.metric == "latency_p50_us" }
        let pairs = rows.map { row in
            [row.baseline, row.candidate].map { $0.replacing("replay-host_100-clients_", with: "") }
        }
        #expect(
            pairs == [
                ["pushlab_websocket", "pushlab_long-poll"], ["pushlab_websocket", "nchan_websocket"],
                ["pushlab_long-poll", "nchan_long-poll"], ["nchan_websocket", "nchan_long-poll"],
            ])
    }

    @Test("compare --cases takes servers, transports and both")
    func cases() throws {
        func compared(_ baseline: String, _ candidate: String) throws -> [[String]] {
            try PairedComparison(Self.repeated, directory: "r", baseline: baseline, candidate: candidate).comparisons
                .map { one in
                    [one.cases.baseline, one.cases.candidate].map {
                        $0.replacing("replay-host_100-clients_", with: "")
                    }
                }
        }
        #expect(
            try compared("pushlab", "nchan") == [
                ["pushlab_websocket", "nchan_websocket"], ["pushlab_long-poll", "nchan_long-poll"],
            ])
        #expect(
            try compared("long-poll", "websocket") == [
                ["pushlab_long-poll", "pushlab_websocket"], ["nchan_long-poll", "nchan_websocket"],
            ])
        #expect(
            try compared("pushlab_long-poll", "nchan_websocket") == [["pushlab_long-poll", "nchan_websocket"]])
        let text = try PairedComparison(Self.repeated, directory: "r", baseline: "pushlab", candidate: "nchan").text
        #expect(text.contains("\nreplay-host at 100 clients: nchan long-poll against pushlab long-poll\n"))
        let unknown = #expect(throws: ReportError.self) { try compared("jetty", "nchan") }
        #expect(
            unknown?.description.contains("allowed websocket, pushlab, long-poll, nchan and the ids of cases") == true)
    }

    @Test("a server without the other's transports cannot be compared by its name")
    func incomparable() {
        let rows = [Self.row("pushlab", "websocket"), Self.row("nchan", "sse")]
        let error = #expect(throws: ReportError.self) {
            try PairedComparison(rows, directory: "r", baseline: "pushlab", candidate: "nchan")
        }
        #expect(
            error?.description
                == "pushlab and nchan are never two cases that differ only in the transport and its options, or only "
                + "in the server; give the ids of two cases")
    }

    // MARK: Manifests

    private static func manifest(_ sha256: String) -> Manifest {
        var manifest = Manifest(
            runID: "20260131T120000Z-1", scenario: .init(name: "tiny", text: "", sha256: ""), seed: 1, caseOrder: [],
            commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
        manifest.peers = [
            .init(
                name: "nchan", title: "nginx with nchan", note: "no compression", file: "peers/nchan/peer.yaml",
                text: "title: a", sha256: sha256)
        ]
        return manifest
    }

    @Test("another peer.yaml is a difference between two runs")
    func differences() {
        let (one, other) = (Self.manifest("0123456789abcdef"), Self.manifest("fedcba9876543210"))
        #expect(
            RunDifferences.sentences(one, other) == [
                "the server nchan is described differently: peer.yaml has SHA-256 0123456789ab vs fedcba987654"
            ])
        #expect(RunDifferences.sentences(one, one).isEmpty)
    }

    @Test("the page names each server with its version and what its peer.yaml says")
    func facts() throws {
        var texts = Rows.texts(Self.four)
        texts["manifest.json"] = try Self.manifest("0123").json()
        texts["summary.csv"] = SummaryRow.table.text(
            of: Self.four.map { row in
                var row = row
                row.serverVersion = row.server == "nchan" ? "nchan 1.3.6" : "0.1.0"
                return row
            })
        let facts = RunFacts.groups(try ReportFolder(texts: texts)).flatMap(\.facts)
        #expect(
            facts.first { $0.name == "server nchan" }?.value
                == "nginx with nchan; nchan 1.3.6; no compression; peers/nchan/peer.yaml with SHA-256 0123")
    }

    @Test("summary.json has the server of a case whose id has it")
    func json() throws {
        let text = ResultSummary.json(try Rows.folder(Self.four)).text()
        #expect(text.contains("\"server\": \"nchan\""))
        #expect(!ResultSummary.json(try Rows.folder(Rows.three)).text().contains("\"server\""))
    }
}
