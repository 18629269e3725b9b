import ArgumentParser
import Arguments
import Foundation
import Lab
import Measurement
import Testing

@testable import pushlab

@Suite("Command lines of run and validate")
struct RunCommandTests {
    @Test("--repeats and --seed override --set")
    func overrides() throws {
        let words = ["s.yaml", "--repeats", "3", "--set", "duration=5s", "--seed", "9", "--set", "seed=1"]
        let command = try RunCommand.parse(words)
        #expect(command.options.overrides == ["duration=5s", "seed=1", "repeats=3", "seed=9"])
        #expect(command.options.scenario == "s.yaml")
        #expect(try RunCommand.parse(["s.yaml"]).options.overrides == [])
    }

    @Test("flags are off and the folder is the default unless given")
    func defaults() throws {
        let plain = try RunCommand.parse(["s.yaml"])
        #expect(!plain.options.output.quiet && !plain.options.seededMasks && plain.options.out == nil)
        #expect(!plain.options.capture)
        #expect(try RunCommand.parse(["s.yaml", "--capture"]).options.capture)
        #expect(plain.faults.faults.sentence == nil)
        let full = try RunCommand.parse(["s.yaml", "--quiet", "--seeded-masks", "--out", "x"])
        #expect(full.options.output.quiet && full.options.seededMasks && full.options.out == "x")
    }

    @Test("deliberate faults are described in one sentence")
    func faults() throws {
        let command = try RunCommand.parse([
            "s.yaml", "--fault-publish-delay", "1ms", "--fault-receive-delay", "2ms", "--fault-poll-delay", "3ms",
        ])
        #expect(
            command.faults.faults.sentence
                == "a fault made on purpose: the server publishes each item 1ms late, the load process burns 2ms for "
                + "each item it receives, each scheduled poll begins 3ms late")
    }

    @Test(
        "a wrong command line is refused with one sentence",
        arguments: [
            (["run"], "run needs <scenario>, such as: pushlab run quickstart"),
            (["run", "a.yaml", "b.yaml"], "\"b.yaml\" is one argument too many for run"),
            (["run", "a.yaml", "--out"], "--out needs a value: --out <folder>"),
            (["run", "a.yaml", "--repeats", "five"], "--repeats is \"five\"; allowed 1 to 1000"),
            (["run", "a.yaml", "--seed", "1.5"], "--seed is 1.5; allowed 0 to"),
            (["run", "a.yaml", "--fault-poll-delay", "3"], "--fault-poll-delay: \"3\" has no unit"),
            (["run", "a.yaml", "--rate", "3/s"], "no option --rate; to change a field: --set 'feeds[0].rate=3/s'"),
            (["run", "--resume", "a", "--again", "b"], "--again is given with --resume; allowed is one"),
            (["run", "--resume", "a", "--out", "b"], "--out is given; --resume writes to the folder of the run"),
            (["run", "--resume", "a", "--set", "clients=1"], "--set is given; --resume takes it from the run's"),
            (["run", "--again", "a", "--only", "*"], "--only is given; --again takes it from the run's manifest.json"),
            (["run", "--again", "a", "--fault-poll-delay", "3ms"], "a deliberate fault is given; --again takes it"),
            (["run", "a.yaml", "--most-repeats", "9"], "--most-repeats is given, which needs --until"),
            (["run", "a.yaml", "--until", "ci(latency_p5_us) < 5%"], "did you mean latency_p50_us?"),
            (["validate"], "validate needs <scenario>, such as: pushlab validate quickstart"),
            (["validate", "a.yaml", "--set"], "--set needs a value: --set <path=value>"),
            (["validate", "a.yaml", "--fault-poll-delay", "3ms"], "there is no option --fault-poll-delay"),
        ])
    func refused(words: [String], sentence: String) {
        #expect(Parsing.refusal(words)?.contains(sentence) == true, "\(Parsing.refusal(words) ?? "taken")")
    }

    @Test("patterns and the limit of repeats must fit the scenario")
    func selection() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data("name: s\nfeeds: [{source: synthetic}]\ntransports: [{use: sse}]\nrepeats: 5\n".utf8).write(to: path)
        func refusal(_ words: String...) throws -> String? {
            let command = try RunCommand.parse([path.path] + words)
            let failure = #expect(throws: Failure.self) { try command.options.request() }
            #expect(failure?.code == .usage)
            return failure?.description
        }
        #expect(try refusal("--only", "sse")?.contains("which fits no case") == true)
        let until = ["--until", "ci(latency_p50_us) < 5%"]
        let few = try refusal(until[0], until[1], "--most-repeats", "4")
        #expect(few == "--most-repeats is 4; allowed 5 to 1000, since each case runs 5 times at least (repeats)")
        #expect(try refusal("--until", "websocket.missed > 0")?.contains("no case is named websocket") == true)
        #expect(try refusal("--resume", path.path)?.contains("is not the folder of a run") == true)
        let command = try RunCommand.parse([path.path] + until + ["--only", "*sse"])
        let lines = try command.options.request().run().description
        #expect(lines.contains { $0.hasPrefix("with --until up to 30 runs, about ") })
    }

    @Test("validate takes the options of run")
    func validate() throws {
        let command = try ValidateCommand.parse(["s.yaml", "--set", "clients=3", "--repeats", "2", "--quiet"])
        #expect(command.options.overrides == ["clients=3", "repeats=2"])
        #expect(command.options.output.quiet)
    }

    @Test("a scenario that is missing, not text or wrong is a usage error; each mistake has its line")
    func scenarioFile() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString).yaml")
        defer { try? FileManager.default.removeItem(at: path) }
        let missing = #expect(throws: Failure.self) { try ScenarioFile(path.path, overrides: []) }
        #expect(missing?.description == "\(path.path) does not exist")
        try Data([0x6e, 0xff]).write(to: path)
        let noText = #expect(throws: Failure.self) { try ScenarioFile(path.path, overrides: []) }
        #expect(noText?.description == "\(path.path):1: the line is not UTF-8 text; save the file as UTF-8")
        try Data("name: small\nfeds: 1\nclients: 0\n".utf8).write(to: path)
        let mistakes = #expect(throws: Failure.self) { try ScenarioFile(path.path, overrides: []) }
        #expect(mistakes?.code == .usage)
        #expect(mistakes?.description.contains("\(path.path):2: ") == true)
        #expect(mistakes?.description.contains("\(path.path):3: ") == true)
    }
}
