import Foundation
import ResultFiles
import Testing

@testable import Report

@Suite("The answer in words")
struct AnswerSentenceTests {
    @Test("quickest first, handshake paid back")
    func answer() throws {
        #expect(
            AnswerSentence.all(try Rows.folder(Rows.three)) == [
                "For replay-host at 100 clients, WebSocket carried an item with 6.10 bytes of overhead and 410 µs "
                    + "median delay; long polling with 312 bytes and 1.20 ms; short polling every 1 s with 40.0 bytes "
                    + "and 498 ms. The handshake of WebSocket (300 bytes a client) is paid back after 1 item compared "
                    + "with long polling; it is paid back after 9 items compared with short polling every 1 s."
            ])
    }

    @Test("of many cases the quickest, the cheapest, the dearest and the slowest are told, the others counted")
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
        for told in ["(v0)", "(v4)", "(v7)", "(v11)"] { #expect(answer.contains(told)) }
        #expect(!answer.contains("(v5)"))
        #expect(answer.hasSuffix("The other 8 are in the table."))
    }

    @Test("a handshake is compared with what is carried by the same HTTP, where there is such")
    func alike() throws {
        var rows = Rows.three
        var other = Rows.summary("websocket")
        other.variant = "http-2"
        other.caseID = "over-http2"
        other.httpVersion = "2"
        rows.append(other)
        for index in 0..<3 { rows[index].httpVersion = "1.1" }
        var poll = rows[1]
        poll.httpVersion = "2"
        poll.variant = "http-2"
        poll.caseID = "poll-http2"
        rows.append(poll)
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        let sentence = try #require(answer.components(separatedBy: "The handshake of WebSocket (http-2)").last)
        #expect(
            sentence.hasPrefix(
                " (300 bytes a client) is paid back after 9 items compared with short polling every 1 s (http-2). "))
    }

    @Test("an invalid row does not speak, its reason does")
    func invalid() throws {
        var rows = Rows.three
        rows[2].valid = false
        rows[2].invalidReason = "bytes not conserved"
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(!answer.contains("312"))
        #expect(answer.hasSuffix("Left out: long polling (bytes not conserved)."))
    }

    @Test("no valid row, no answer")
    func nothing() throws {
        var row = Rows.summary("websocket")
        row.valid = nil
        #expect(
            AnswerSentence.all(try Rows.folder([row])) == [
                "For replay-host at 100 clients there is no answer: no row is valid. "
                    + "Left out: WebSocket (not judged, the run broke off)."
            ])
    }

    @Test("a valid row without deliveries is left out, not told as 0")
    func empty() throws {
        var rows = Rows.three
        rows[0].overheadBytesPerItem = nil
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(answer.hasSuffix("Left out: WebSocket (nothing was delivered or counted)."))
        #expect(!answer.contains("handshake"))
    }

    @Test("a handshake that saves nothing is never paid back")
    func neverPaidBack() throws {
        var rows = Rows.three
        rows[0].overheadBytesPerItem = 400
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(answer.contains("is never paid back, as an item costs no less, compared with long polling and short"))
    }

    @Test("the interval is said once")
    func interval() {
        var row = Rows.summary("short-poll", variant: "interval-250ms")
        row.pollIntervalMilliseconds = 250
        #expect(CaseResult([row]).map(Told.name) == "short polling every 250 ms")
        row.variant = "impatient"
        #expect(CaseResult([row]).map(Told.name) == "short polling every 250 ms (impatient)")
    }

    @Test("several repeats are named as such")
    func repeats() throws {
        let rows = (1...3).flatMap { repetition in
            ["websocket", "long-poll"].map { Rows.summary($0, repeat: repetition) }
        }
        let answer = try #require(AnswerSentence.all(try Rows.folder(rows)).first)
        #expect(answer.hasPrefix("For replay-host at 100 clients (medians of 3 repeats), WebSocket carried"))
    }
}
