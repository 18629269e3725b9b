import Foundation
import Glibc
import Testing

@Suite("pushlab lesson", .timeLimit(.minutes(1)))
struct LessonTests {
    private static func whileHiding(_ student: String, _ body: (_ url: String) throws -> Void) throws {
        let hidden = try Tool.start("pushlab", "lesson", "hidden", "--student", student)
        defer {
            hidden.signal(SIGTERM)
            let ending = hidden.wait()
            #expect(ending.code == 0)
            #expect(ending.complaint.isEmpty)
        }
        let server = try MeasuredServer(announcement: hidden.firstLine)
        #expect(server.pid == hidden.process.processIdentifier)
        try body("http://127.0.0.1:\(server.port)")
    }

    private static func check(_ student: String, _ answer: String) throws -> Int32 {
        try Tool.pushlab("lesson", "check", "--student", student, "--answer", answer).code
    }

    @Test("student 7: the delay of WebSocket is half of the hidden round trip")
    func delay() throws {
        try Self.whileHiding("7") { url in
            let watch = try Tool.pushlab(
                "watch", url, "--format", "json", "--duration", "2s", "--transports", "websocket")
            let found = try #require(watch.output.firstMatch(of: /.*"p50_us":(\d+)/.dotMatchesNewlines())?.1)
            let roundTrip = try #require(Int(found)) * 2 / 1_000
            #expect(try Self.check("7", "delay=\(roundTrip)ms") == 0, "\(roundTrip) ms")
            #expect(try Self.check("7", "hold=\(roundTrip)ms") == 1)
        }
    }

    @Test("the worksheet's measurement has the delay of a server that is far away")
    func worksheet() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let file = root.appending(path: "Scenarios/lessons/hidden-parameter/lesson.md")
        let sheet = try String(contentsOf: file, encoding: .utf8)
        let found = try #require(sheet.firstMatch(of: /pushlab load --url \S+ (.+) --out my-run/)?.1)
        let scratch = try Scratch()
        try Self.whileHiding("7") { url in
            let load = try Tool.shell(
                #"exec "$1" load --url "$2" $3 --out "$4""#, Tool.path("pushlab"), url, String(found),
                scratch.path("my-run"))
            // A busy machine may have other reasons.
            #expect(!load.output.contains("still connecting"), "\(load.output)")
            #expect(load.output.contains("websocket"))
        }
    }

    @Test("student 4711: a recording shows which readings are lost")
    func loss() throws {
        let scratch = try Scratch()
        try Self.whileHiding("4711") { url in
            let record = try Tool.pushlab("record", "--url", url, "--items", "25", "--out", scratch.path("readings"))
            #expect(record.code == 0, "\(record.complaint)")
        }
        let numbers = (scratch.read("readings") ?? "").matches(of: /"reading":(\d+)/).compactMap { Int($0.1) }
        let (first, last) = (try #require(numbers.first), try #require(numbers.last))
        let lost = last - first + 1 - numbers.count
        // 25 readings are at least one block, and each block loses two.
        #expect((1...5).contains(lost))
        #expect(try Self.check("4711", "loss=10%") == 0)
    }

    @Test("student 9: in the silence, a long poll is answered after the hidden time")
    func hold() throws {
        try Self.whileHiding("9") { url in
            let poll = try Tool.shell(
                #"""
                for i in $(seq 60); do
                    newest=$(curl -s "$1/stats" | grep -oE '"newest":[0-9]+' | grep -oE '[0-9]+')
                    curl -s -o /dev/null -w '%{http_code} %{time_total}\n' "$1/long-poll?after=$newest"
                done | awk '$2 > 0.5 { print; exit }'
                """#, url)
            let answer = try #require(poll.output.wholeMatch(of: /204 (\d\.\d{3})\d*\n/), "\(poll.output)")
            #expect(try Self.check("9", "hold=\(answer.1)s") == 0, "\(poll.output)")
        }
    }

    @Test("the answer of a check, with and without the solution")
    func checkOutput() throws {
        let right = try Tool.pushlab("lesson", "check", "--student", "7", "--answer", "delay=120ms")
        #expect(right.output == "7: the answer is in range\n")
        let wrong = try Tool.pushlab("lesson", "check", "--student", "7", "--answer", "loss=5%", "--reveal")
        #expect(wrong.code == 1)
        #expect(
            wrong.output == "7: the answer is not in range: the loss of this server is usual; measure the other "
                + "properties\nsolution: the network has a round-trip time of 120 ms; accepted 111 ms to 129 ms\n")
        #expect(wrong.complaint.isEmpty)
    }

    @Test("a port in use is one sentence")
    func portInUse() throws {
        try Self.whileHiding("1") { url in
            let port = try #require(url.split(separator: ":").last)
            let second = try Tool.pushlab("lesson", "hidden", "--student", "2", "--port", String(port))
            #expect(second.code == 1)
            #expect(second.complaint.contains("cannot listen on 127.0.0.1:\(port): the port is in use"))
        }
    }
}
