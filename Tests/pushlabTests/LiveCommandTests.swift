import ArgumentParser
import Lab
import Measurement
import Testing
import Transports

@testable import pushlab

@Suite("Command lines of watch and lesson")
struct LiveCommandTests {
    private static let url = "http://127.0.0.1:8080"

    @Test(
        "a wrong command line is refused with one sentence",
        arguments: [
            (["watch"], "watch needs <url>, such as: pushlab watch http://127.0.0.1:8080"),
            (["watch", "x"], "<url> is \"x\"; allowed http://HOST:PORT"),
            (["watch", url, "--transports", "sse,foo"], "--transports has \"foo\"; allowed short-poll, long-poll"),
            (["watch", url, "--transports", "sse,sse"], "--transports has sse twice; allowed once"),
            (["watch", url, "--transports", ""], "--transports has \"\"; allowed short-poll"),
            (["watch", url, "--duration", "25h"], "--duration is 25 h; allowed 1 s to 24 h"),
            (["watch", url, "--period", "1ms"], "--period is 1 ms; allowed 100 ms to 1 h"),
            (["watch", url, "--interval", "0s"], "--interval is 0 s; allowed 1 ms to 1 h"),
            (["watch", url, "--format", "xml"], "--format is \"xml\"; allowed text, json"),
            (["watch", url, "--network", "none"], "--network: none is the default"),
            (["watch", url, "--plian"], "there is no option --plian; did you mean --plain?"),
            (["lesson", "hiden"], "there is no command \"hiden\" for lesson; allowed hidden, check; did you mean"),
            (["lesson", "hidden"], "lesson hidden needs --student <id>, such as: pushlab lesson hidden"),
            (["lesson", "hidden", "--student", "a b"], "--student is \"a b\"; allowed 1 to 64 letters"),
            (["lesson", "hidden", "--student", "a", "--port", "65536"], "--port is 65536; allowed 0 to 65535"),
            (["lesson", "hidden", "--student", "a", "--porrt", "1"], "there is no option --porrt; did you mean"),
            (["lesson", "hidden", "--student", "a", "--property", "x"], "--property is \"x\"; allowed delay, loss"),
            (["lesson", "check", "--student", "a"], "lesson check needs --answer <answer>, such as: pushlab lesson"),
            (["lesson", "check", "--student", "a", "--answer", "5ms"], "--answer is 5ms; allowed delay=TIME"),
            (["lesson", "check", "--student", "a", "--answer", "delay=5"], "--answer has delay=5: "),
        ])
    func refused(words: [String], sentence: String) {
        let refusal = Parsing.refusal(words)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("\n") == false)
    }

    @Test("the help of explain live has every default")
    func liveDefaults() {
        let help = ExplainLiveCommand.helpMessage(columns: 200)
        let options = [("--messages", "5"), ("--duration", "10s"), ("--transport", "websocket")]
        for (option, value) in options {
            let line = help.split(separator: "\n").first { $0.contains("\(option) <") && $0.contains("  ") }
            #expect(line?.contains("(default: \(value))") == true, "\(option): \(line ?? "")")
        }
    }

    @Test("without --transports, watch shows every transport over HTTP")
    func transports() throws {
        let standard = try WatchCommand.parse([Self.url])
        #expect(standard.transports.map { $0.name } == ["short-poll", "long-poll", "http-stream", "sse", "websocket"])
        let chosen = try WatchCommand.parse([Self.url, "--transports", "raw-tcp,sse"])
        #expect(chosen.transports.map { $0.name } == ["raw-tcp", "sse"])
    }

    @Test("hidden and check have the same parameter for the same options")
    func sameParameter() throws {
        let words = ["--student", "x", "--word", "w", "--property", "hold"]
        let hidden = try LessonHiddenCommand.parse(words)
        let check = try LessonCheckCommand.parse(words + ["--answer", "hold=3s"])
        #expect(hidden.options.parameter == check.options.parameter)
        #expect(try LessonHiddenCommand.parse(["--student", "x"]).options.parameter != hidden.options.parameter)
    }
}
