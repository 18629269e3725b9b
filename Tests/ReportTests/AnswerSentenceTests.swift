import Foundation
import ResultFiles
import Testing

@testable import Report

@Suite("Answer sentences")
struct AnswerSentenceTests {
    @Test("the fastest first, then the break-even of the handshake")
    func answer() throws {
        #expect(
            AnswerSentence.all(try Rows.folder(Rows.three)) == [
                "For replay-host at 100 clients, WebSocket delivered items with 6.10 bytes of overhead per item and a "
                    + "median delay of 410 µs; long polling with 312 bytes and 1.20 ms; short polling every 1 s with "
                    + "40.0 bytes and 498 ms. Long polling has 51.1 times the overhead of WebSocket per item. The "
                    + "handshake of WebSocket (300 bytes per client) breaks even after 1 item compared with long "
                    + "polling; it breaks even after 9 items compared with short polling every 1 s. Server CPU per "
                    + "item: from 4.50 µs for short polling every 1 s to 33.0 µs for long polling."
            ])
    }

    @Test("many cases: only the fastest, the slowest and those with least and most overhead are quoted")
    func many() throws {
        let rows = (0..<12).map { number in
            var row = Rows.summary("long-poll")
            row.variant = "v\(number)"
            row.caseID = "case-\(number)"
            row.latencyP50Microseconds = 1_000 + Double(number)
            row.overheadBytesPerItem = number == 4 ? 10 : number == 7 ? 900 : 100 + Double(number)
            return row
        }
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        for quoted in ["(v0)", "(v4)", "(v7)", "(v11)"] { #expect(answer.contains(quoted)) }
        #expect(!answer.contains("(v5)"))
        #expect(answer.contains("The other 8 are in the table."))
    }

    @Test("a handshake is compared with cases of the same HTTP version, if there are any")
    func comparableCases() throws {
        var rows = Rows.three
        var other = Rows.summary("websocket")
        other.variant = "http-2"
        other.caseID += "_http-2"
        other.httpVersion = "2"
        rows.append(other)
        for index in 0..<3 { rows[index].httpVersion = "1.1" }
        var poll = rows[1]
        poll.httpVersion = "2"
        poll.variant = "http-2"
        poll.caseID += "_http-2"
        rows.append(poll)
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        let sentence = try #require(answer.components(separatedBy: "The handshake of WebSocket (http-2)").last)
        #expect(
            sentence.hasPrefix(
                " (300 bytes per client) breaks even after 9 items compared with short polling every 1 s (http-2). "))
    }

    @Test("an invalid row is left out, with its reason")
    func invalid() throws {
        var rows = Rows.three
        rows[2].valid = false
        rows[2].invalidReason = "bytes not conserved"
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(!answer.contains("312"))
        #expect(answer.hasSuffix("Left out: long polling (bytes not conserved)."))
    }

    @Test("no answer without a valid row")
    func nothing() throws {
        var row = Rows.summary("websocket")
        row.valid = nil
        #expect(
            AnswerSentence.all(try Rows.folder([row])) == [
                "For replay-host at 100 clients there is no answer: no row is valid. "
                    + "Left out: WebSocket (not checked: the run stopped early)."
            ])
    }

    @Test("a valid row without deliveries is left out, not shown as 0")
    func empty() throws {
        var rows = Rows.three
        rows[0].overheadBytesPerItem = nil
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(answer.hasSuffix("Left out: WebSocket (no items were delivered or counted)."))
        #expect(!answer.contains("handshake"))
    }

    @Test("a row with bytes but without delays, as of a third-party server, is left out with that reason")
    func noDelays() throws {
        var row = Rows.summary("websocket")
        row.latencyP50Microseconds = nil
        let answer = try #require(AnswerSentence.all(try Rows.folder([row])).first)
        #expect(answer.hasSuffix("Left out: WebSocket (no delays were measured)."))
    }

    @Test("a WebSocket that saves no bytes per item never breaks even")
    func neverBreaksEven() throws {
        var rows = Rows.three
        rows[0].overheadBytesPerItem = 400
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(answer.contains("never breaks even compared with long polling and short"))
    }

    @Test("a name has the interval only once")
    func interval() {
        var row = Rows.summary("short-poll", variant: "interval-250ms")
        row.pollIntervalMilliseconds = 250
        #expect(CaseResult([row]).map(QuotedCase.name) == "short polling every 250 ms")
        (row.variant, row.pollIntervalMilliseconds) = ("interval-1600ms", 1_600)
        #expect(CaseResult([row]).map(QuotedCase.name) == "short polling every 1.6 s")
        (row.variant, row.pollIntervalMilliseconds) = ("interval-250ms", 500)
        #expect(CaseResult([row]).map(QuotedCase.name) == "short polling every 500 ms (interval-250ms)")
        (row.variant, row.pollIntervalMilliseconds) = ("interval-500ms-tls", 500)
        #expect(CaseResult([row]).map(QuotedCase.name) == "short polling every 500 ms (tls)")
        (row.variant, row.pollIntervalMilliseconds) = ("impatient", 250)
        #expect(CaseResult([row]).map(QuotedCase.name) == "short polling every 250 ms (impatient)")
    }

    @Test("the sentence has the number of repeats")
    func repeats() throws {
        let rows = (1...3).flatMap { repetition in
            ["websocket", "long-poll"].map { Rows.summary($0, repeat: repetition) }
        }
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(answer.hasPrefix("For replay-host at 100 clients (medians of 3 repeats), WebSocket delivered"))
    }
}
