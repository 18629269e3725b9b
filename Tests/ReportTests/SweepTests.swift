import ResultFiles
import Testing

@testable import Report

#if canImport(FoundationXML)
    import Foundation
    import FoundationXML
#else
    import Foundation
#endif

@Suite("Sweeps: axes, plots, heat maps, sentences")
struct SweepTests {
    /// Short polling by interval and rate, WebSocket by rate.
    static func rows(repeats: ClosedRange<Int> = 1...1) -> [SummaryRow] {
        repeats.flatMap { repetition in
            ["1/s", "10/s"].flatMap { rate in
                ["100ms", "1s"].map { interval in
                    var row = Rows.summary("short-poll", repeat: repetition, variant: "interval-\(interval)")
                    (row.feed, row.axes) = ("feed-\(rate)", "rate=\(rate); interval=\(interval)")
                    row.caseID = "\(row.feed)_\(interval)"
                    // Above WebSocket at 100ms, below it at 1s.
                    row.wireBytesEstimated = 12_000 * (interval == "1s" ? 50 : 500)
                    row.latencyP50Microseconds = interval == "1s" ? 500_000 : 50_000
                    return row
                } + [socket(rate, repetition)]
            }
        }
    }

    private static func socket(_ rate: String, _ repetition: Int) -> SummaryRow {
        var row = Rows.summary("websocket", repeat: repetition)
        (row.feed, row.axes, row.caseID) = ("feed-\(rate)", "rate=\(rate)", "feed-\(rate)_socket")
        row.wireBytesEstimated = 12_000 * 200
        return row
    }

    @Test(
        "values of axes",
        arguments: [
            ("250ms", 0.25), ("1s", 1), ("128B", 128), ("8KiB", 8_192), ("10/s", 10), ("100", 100), ("rtt=50ms", 0.05),
            ("true", nil), ("lte", nil), ("rtt=50ms,loss=1%", nil), ("5 apples", nil), ("", nil),
        ] as [(String, Double?)])
    func value(text: String, number: Double?) {
        #expect(AxisValue(text).number == number)
    }

    @Test("fields that change together are one axis, named by the last; words make no axis")
    func axes() {
        let cases = ["clients=10; rate=10/s; content=json; load=10", "clients=100; rate=1/s; content=text; load=100"]
        let results = cases.enumerated().compactMap { index, axes -> CaseResult? in
            var row = Rows.summary("websocket")
            (row.caseID, row.axes) = ("c\(index)", axes)
            return CaseResult([row])
        }
        let found = SweepAxis.all(in: results)
        #expect(found.map(\.name) == ["load"])
        #expect(found.first?.title == "load (with clients, rate and content)")
    }

    @Test("a transport without the field is a flat line; other fields make blocks")
    func facets() throws {
        let sweeps = try Rows.folder(Self.rows()).sweeps
        #expect(sweeps.map(\.axis.name) == ["rate", "interval"])
        #expect(sweeps[0].facets.map(\.title) == [""])
        #expect(
            sweeps[0].facets[0].series.map(\.name) == [
                "short-poll interval=100ms", "short-poll interval=1s", "websocket",
            ])
        #expect(sweeps[1].facets.map(\.title) == ["rate=1/s", "rate=10/s"])
        #expect(sweeps[1].facets[0].series.map(\.isFlat) == [false, true])
    }

    @Test("plots of sweeps are well-formed, and their data has every point once, missing as empty")
    func plots() throws {
        var rows = Self.rows()
        rows[0].wireBytesEstimated = nil
        let plots = Plots.all(try Rows.folder(rows))
        let names = plots.map(\.name)
        #expect(names.prefix(3) == ["sweep-rate", "sweep-interval-1", "sweep-interval-2"])
        #expect(names.contains("heat-rate-interval-latency-p50-us"))
        for plot in plots { #expect(XMLParser(data: Data(plot.svg.utf8)).parse(), "\(plot.name)") }
        let sweep = try #require(plots.first)
        let wire = sweep.data.rows.filter { $0[0] == "wire_bytes_per_item" }
        #expect(wire.count == 6)
        #expect(wire.first?[8] == "")
        #expect(wire.contains { $0[4] == "feed-10/s_1s" && $0[6] == "10" && $0[8] == "50" })
    }

    @Test("predictions are drawn as a line, and are in the data")
    func model() throws {
        let rows = Self.rows()
        var texts = Rows.texts(rows)
        let predictions = rows.map { row in
            var prediction = PredictionRow()
            (prediction.runID, prediction.caseID, prediction.quantity) = (row.runID, row.caseID, "latency_p50_us")
            (prediction.value, prediction.formula) = (51_234, "f")
            return prediction
        }
        let without = try #require(SweepPlot.all(try ReportFolder(texts: texts)).first)
        texts["predictions.csv"] = PredictionRow.table.text(of: predictions)
        let plot = try #require(SweepPlot.all(try ReportFolder(texts: texts)).first)
        let line = "<polyline class=\"pl-model\""
        #expect(plot.svg.contains(line) && !without.svg.contains(line))
        #expect(!plot.svg.contains("fill-opacity=\"0.15\""))
        #expect(plot.data.rows.filter { $0[0] == "latency_p50_us" }.allSatisfy { $0[12] == "51234" && $0[13].isEmpty })
        #expect(without.data.rows.allSatisfy { $0[12].isEmpty })
    }

    @Test("a prediction with a range is a band, drawn once for all series, in the data and for gnuplot")
    func band() throws {
        let rows = Self.rows()
        var texts = Rows.texts(rows)
        let predictions = rows.map { row in
            var prediction = PredictionRow()
            (prediction.runID, prediction.caseID, prediction.quantity) = (row.runID, row.caseID, "latency_p50_us")
            (prediction.value, prediction.low, prediction.high) = (50_000, 40_000, 60_000)
            prediction.formula = "f"
            return prediction
        }
        texts["predictions.csv"] = PredictionRow.table.text(of: predictions)
        let plot = try #require(SweepPlot.all(try ReportFolder(texts: texts)).first)
        #expect(plot.svg.components(separatedBy: "fill-opacity=\"0.15\"").count == 2)
        #expect(XMLParser(data: Data(plot.svg.utf8)).parse())
        let own = plot.data.rows.filter { $0[0] == "latency_p50_us" }
        #expect(own.allSatisfy { $0[13] == "40000" && $0[14] == "60000" })
        #expect(plot.papers[0].commands.contains { $0.contains("with filledcurves") })
    }

    @Test("from which item size on the overhead is small, by every repeat")
    func share() throws {
        let sizes = [("100B", 100), ("1KiB", 1_024), ("10KiB", 10_240)]
        let rows = (1...2).flatMap { repetition in
            sizes.flatMap { text, bytes in
                ["websocket", "long-poll"].map { transport in
                    var row = Rows.summary(transport, repeat: repetition)
                    (row.feed, row.axes, row.payloadBytes) = ("feed-\(text)", "payload=\(text)", bytes)
                    row.caseID = "\(row.feed)_100-clients_\(transport)"
                    row.payloadBytesTotal = 12_000 * bytes
                    // The second repeat of WebSocket at 100B is above 10 %.
                    if transport == "websocket", repetition == 2, bytes == 100 { row.overheadBytesPerItem = 11 }
                    return row
                }
            }
        }
        let folder = try Rows.folder(rows)
        #expect(
            OverheadShare.sentences(folder) == [
                "Overhead is below 10 % of the item in every repeat: from payload 1KiB on for WebSocket; from payload "
                    + "10KiB on for long polling.",
                "Overhead is below 1 % of the item in every repeat: from payload 1KiB on for WebSocket; at no "
                    + "measured payload for long polling.",
            ])
        #expect(AnswerSentence.all(folder).first?.hasPrefix("Overhead is below 10 %") == true)
        #expect(OverheadShare.sentences(try Rows.folder(Self.rows())) == [])
    }

    @Test("how many clients were served, and what each cost then, where the question asks how many")
    func served() throws {
        let rows = ["100", "1000", "5000"].flatMap { clients in
            ["sse", "websocket"].map { transport in
                var row = Rows.summary(transport)
                (row.axes, row.clients) = ("clients=\(clients)", Int(clients) ?? 0)
                row.caseID = "feed_\(clients)-clients_\(transport)"
                row.bytesPerClientSecond = 132
                row.serverCPUMicrosecondsPerClientHour = 36_000
                row.serverRSSPerConnectionBytes = 4_096
                // One item is missing.
                if transport == "sse", clients == "5000" { row.unique = 11_999 }
                return row
            }
        }
        func sentences(_ rows: [SummaryRow], _ question: String) throws -> [String] {
            var texts = Rows.texts(rows)
            var manifest = Manifest(
                runID: "r", scenario: .init(name: "tiny", text: "", sha256: "", question: question), seed: 1,
                caseOrder: [], commandLine: [], startedAt: UTCInstant(millisecondsSince1970: 0))
            manifest.finish(at: UTCInstant(millisecondsSince1970: 1))
            texts["manifest.json"] = try manifest.json()
            return AnswerSentence.all(try ReportFolder(texts: texts))
        }
        let question = "How many clients can one machine serve, and what does each cost?"
        let found = try sentences(rows, question)
        #expect(
            found[0]
                == "Every client received every item: up to 1,000 clients (at 5,000 clients items were missed) with "
                + "server-sent events; up to 5,000 clients, the most that were measured, with WebSocket.")
        #expect(
            found[1]
                == "At 5,000 clients, one client costs 132 B/s, 10.0 µs of server CPU per second, 4,096 B of server "
                + "memory and a median delay of 498 ms with server-sent events; 132 B/s, 10.0 µs of server CPU per "
                + "second, 4,096 B of server memory and a median delay of 410 µs with WebSocket.")
        #expect(try !sentences(rows, "What does each client cost?").contains { $0.hasPrefix("Every client") })
        var invalid = rows
        invalid[5].valid = false
        #expect(
            try sentences(invalid, question)[0].contains(
                "up to 1,000 clients (at 5,000 clients no row is valid) with WebSocket"))
        #expect(try sentences(invalid, question)[1].contains("WebSocket") == false)
    }

    @Test("sentences say on what ground a difference is clear")
    func ground() throws {
        func text(_ repeats: ClosedRange<Int>) throws -> String {
            ClearGround.sentence(try Rows.folder(Self.rows(repeats: repeats)).conditions.flatMap(\.cases))
        }
        #expect(try text(1...1).hasPrefix("There is one repeat, so nothing here is tested against noise"))
        #expect(try text(1...2).hasSuffix("all of them agree in pairs, delays and CPU times by more than a quarter."))
        #expect(try text(1...3).hasSuffix("too few, and all of them agree in pairs."))
        #expect(try text(1...6).contains("a signed-rank test of the 6 repeats finds it, at 98 % for all"))
        #expect(AnswerSentence.all(try Rows.folder(Self.rows())).contains { $0.hasPrefix("There is one repeat") })
        #expect(!AnswerSentence.all(try Rows.folder(Rows.three)).contains { $0.hasPrefix("There is one repeat") })
    }

    @Test("the page begins with what changes along the axes; blocks after the first are folded")
    func order() throws {
        let page = try #require(try Rows.folder(Self.rows()).files().first { $0.name == "report.html" }).contents
        let places = ["<div class=\"answer\">", "id=\"axes\"", "id=\"results\"", "<details>", "id=\"plots\""].map {
            page.range(of: $0)?.lowerBound
        }
        #expect(places.allSatisfy { $0 != nil })
        let found = places.compactMap { $0 }
        #expect(found == found.sorted())
        #expect(page.components(separatedBy: "<details>").count == 2)
        #expect(!(try Rows.folder(Rows.three).files()[1].contents.contains("<details>")))
    }

    @Test("a heat map needs two values of both axes")
    func heat() throws {
        let grid = HeatMap.all(try Rows.folder(Self.rows()))
        #expect(grid.count == 2)
        #expect(grid[0].data.columns == ["series", "rate", "rate_text", "interval", "interval_text", "latency_p50_us"])
        #expect(grid[0].data.rows.count == 4)
        #expect(HeatMap.all(try Rows.folder(Self.rows().filter { $0.axes != "rate=10/s; interval=1s" })).count == 2)
        #expect(HeatMap.all(try Rows.folder(Self.rows().filter { $0.feed == "feed-1/s" })) == [])
        #expect(HeatColour(1, from: 1, to: 10).isDark && !HeatColour(10, from: 1, to: 10).isDark)
    }

    @Test("sentences: which is lowest where, and where two change places")
    func sentences() throws {
        let rows = Self.rows(repeats: 1...3).filter { $0.feed == "feed-1/s" }
        let texts = SweepSentences.all(try Rows.folder(rows), QuestionTopics(nil))
        #expect(
            texts == [
                "Median delay (not tested) with interval from 100ms to 1s: short polling from 50.0 ms to 500 ms (10.0 "
                    + "times).",
                "Bytes on the wire per item with interval from 100ms to 1s: short polling from 500 B to 50.0 B (0.100 "
                    + "times).",
                "Lowest median delay (not tested) by interval: from 100ms to 1s WebSocket.",
                "Lowest bytes on the wire per item by interval: at 100ms WebSocket; at 1s short polling.",
                "In bytes on the wire per item, short polling is above WebSocket up to interval 100ms and below it "
                    + "from 1s on.",
            ])
    }

    @Test("no series is the lowest where another one was not measured")
    func incomplete() throws {
        let rows = Self.rows(repeats: 1...3).filter { !$0.caseID.hasSuffix("_1s") }
        let all = SweepSentences.all(try Rows.folder(rows), QuestionTopics(nil))
        #expect(all.contains { $0.hasPrefix("Lowest bytes") && $0.contains("by rate") })
        let some = SweepSentences.all(
            try Rows.folder(rows.filter { $0.caseID != "feed-10/s_socket" }), QuestionTopics(nil))
        #expect(!some.contains { $0.hasPrefix("Lowest") })
    }

    @Test("what the repeats cannot decide is said, and no change of places is")
    func noise() throws {
        var rows = Self.rows(repeats: 1...3).filter { $0.feed == "feed-1/s" }
        // One repeat of short polling at 1s is above WebSocket.
        let last = try #require(rows.lastIndex { $0.caseID.hasSuffix("_1s") })
        rows[last].wireBytesEstimated = 12_000 * 300
        let texts = SweepSentences.all(try Rows.folder(rows), QuestionTopics(nil))
        #expect(
            texts.last
                == "Lowest bytes on the wire per item (not tested) by interval: at 100ms WebSocket; at 1s short "
                + "polling and WebSocket – no clear difference.")
    }

    @Test("transports that the question names are compared; blocks with the same answer share a sentence")
    func named() throws {
        let sweeps = try Rows.folder(Self.rows(repeats: 1...3)).sweeps
        let interval = try #require(sweeps.last)
        let sentences = interval.facets.flatMap { facet in
            SweepPairs.named(facet.series, .wire, interval.axis).map { AxisSentence(text: $0, facet: facet) }
        }
        #expect(
            AxisSentence.merged(sentences) == [
                "Short polling against WebSocket in bytes on the wire per item by interval at rate=1/s and rate=10/s: "
                    + "at 100ms higher; at 1s lower."
            ])
        // Without the field on either side there is nothing to say.
        let flat = interval.facets.flatMap(\.series).filter(\.isFlat)
        #expect(SweepPairs.named(flat, .wire, interval.axis) == [])
    }

    @Test("the pair that the question names first comes first, then what changes along the axis")
    func question() throws {
        var texts: [String] = []
        for question in ["When is WebSocket below short polling?", "short polling or WebSocket by interval"] {
            let folder = try Rows.folder(Self.rows(repeats: 1...3).filter { $0.feed == "feed-1/s" })
            let sweep = try #require(folder.sweeps.first)
            texts.append(
                try #require(SweepSentences.sentences(sweep, question.lowercased(), QuestionTopics(nil)).first))
        }
        #expect(
            texts == [
                "WebSocket against short polling in median delay (not tested) by interval: from 100ms to 1s lower.",
                "Short polling against WebSocket in median delay (not tested) by interval: from 100ms to 1s higher.",
            ])
    }

    @Test("questions name fields by their names or by the words of the field")
    func asked() {
        #expect(QuestionTopics.asks("What does encryption cost?", about: "tls"))
        #expect(QuestionTopics.asks("At which item size?", about: "payload"))
        #expect(QuestionTopics.asks("by the interval", about: "interval"))
        #expect(!QuestionTopics.asks("What does silence cost?", about: "tls"))
        #expect(!QuestionTopics.asks(nil, about: "tls"))
    }

    @Test("cases with one value of a field each are no sweep")
    func noSweep() throws {
        let rows = [("websocket", "100B"), ("long-poll", "1kB")].map { transport, payload in
            var row = Rows.summary(transport)
            (row.feed, row.axes) = ("feed-\(payload)", "payload=\(payload)")
            row.caseID = "\(row.feed)_100-clients_\(transport)"
            return row
        }
        #expect(try Rows.folder(rows).sweeps.flatMap(\.facets) == [])
    }

    @Test("another word in a field: ratios over pairs of cases that differ in nothing else")
    func option() throws {
        var rows = [Rows.summary("long-poll"), Rows.summary("websocket")].flatMap { row in
            ["false", "true"].map { tls in
                var row = row
                (row.axes, row.caseID) = ("tls=\(tls)", "\(row.caseID)_\(tls)")
                row.overheadBytesPerItem = row.overheadBytesPerItem.map { tls == "true" ? $0 * 1.5 : $0 }
                return row
            }
        }
        let found = OptionEffect.all(try Rows.folder(rows))
        #expect(
            found == [
                "tls=true against tls=false (2 pairs of cases): 1.50 times the overhead per item (+3.05 B to +156 B); "
                    + "no clear difference in median delay (not tested) and server CPU per item (not tested)."
            ])
        let asked = OptionEffect.all(try Rows.folder(rows), QuestionTopics("What does it cost in CPU time?"))
        #expect(
            asked == [
                "tls=true against tls=false (2 pairs of cases): no clear difference in server CPU per item (not "
                    + "tested)."
            ])
        rows.removeAll { $0.axes == "tls=false" }
        #expect(OptionEffect.all(try Rows.folder(rows)) == [])
        #expect(OptionEffect.all(try Rows.folder(Rows.three)) == [])
    }

    @Test("one repeat is enough for bytes, but times must differ by a quarter")
    func single() throws {
        let pair = [100, 110].map { delay in
            var row = Rows.summary("websocket")
            (row.latencyP50Microseconds, row.overheadBytesPerItem) = (Double(delay), Double(delay))
            return row
        }
        let (low, high) = (try #require(CaseResult([pair[0]])), try #require(CaseResult([pair[1]])))
        #expect(SweepQuantity.overhead.isClearlyAbove(high, low))
        #expect(!SweepQuantity.median.isClearlyAbove(high, low))
        #expect(!SweepQuantity.overhead.isClearlyAbove(low, high))
    }

    @Test("many repeats are tested, at the level of all comparisons; without enough a sentence says so")
    func tested() throws {
        func result(_ delay: Double, _ repeats: Int) throws -> CaseResult {
            try #require(
                CaseResult(
                    (1...repeats).map { repetition in
                        var row = Rows.summary("websocket", repeat: repetition)
                        row.latencyP50Microseconds = delay + Double(repetition)
                        row.overheadBytesPerItem = delay
                        return row
                    }))
        }
        let (low, high) = (try result(100, 7), try result(110, 7))
        #expect(SweepQuantity.median.isClearlyAbove(high, low))
        // One of seven repeats is on the other side.
        var rows = high.rows
        rows[0].latencyP50Microseconds = 90
        let mixed = try #require(CaseResult(rows))
        #expect(!SweepQuantity.median.isClearlyAbove(mixed, low))
        #expect(SweepQuantity.median.judged(1, [low, high]).name == "median delay")
        #expect(SweepQuantity.median.judged(2, [low, high]).name == "median delay (not tested)")
        #expect(SweepQuantity.overhead.judged(2, [low, high]).name == "overhead per item")
        #expect(SweepQuantity.overhead.judged(2, [low, high]).isClearlyAbove(high, low))
    }

    @Test("versions are names, and file names of axes are unique")
    func names() {
        let points = [("1.1", 1, 5), ("2", 1, 7), ("1.1", 2, 7), ("2", 2, 5)]
        let results = points.enumerated().compactMap { index, point -> CaseResult? in
            var row = Rows.summary("websocket")
            row.caseID = "c\(index)"
            row.axes = "http=\(point.0); rate[]=\(point.1); Rate=\(point.2)"
            return CaseResult([row])
        }
        #expect(SweepAxis.all(in: results).map(\.fileWord) == ["rate", "rate-2"])
    }

    @Test("no sentence about a run without axes, and no order of one transport")
    func none() throws {
        #expect(SweepSentences.all(try Rows.folder(Rows.three), QuestionTopics(nil)) == [])
        let polls = Self.rows().filter { $0.transport == "short-poll" && $0.feed == "feed-1/s" }
        let texts = SweepSentences.all(try Rows.folder(polls), QuestionTopics(nil))
        #expect(texts.count == 2 && texts.allSatisfy { $0.contains("with interval from 100ms to 1s: short polling ") })
    }

    @Test("a sweep over many conditions has sentences along its axes, and the paragraphs below the tables")
    func conditions() throws {
        var rows = Self.rows()
        for rate in ["20/s"] {
            rows += Self.rows().filter { $0.feed == "feed-1/s" }.map { row in
                var row = row
                row.feed = "feed-\(rate)"
                row.caseID = row.caseID.replacingOccurrences(of: "1/s", with: rate)
                row.axes = row.axes?.replacingOccurrences(of: "rate=1/s", with: "rate=\(rate)")
                return row
            }
        }
        let files = try Rows.folder(rows).files()
        #expect(AnswerSentence.all(try Rows.folder(rows)).allSatisfy { !$0.hasPrefix("For ") })
        #expect(files[1].contents.components(separatedBy: "<div class=\"more\">").count == 4)
    }
}
