import Foundation
import Testing
import Transports

@Suite("Messages of the programs: complete sentences with what is allowed and what to do", .serialized)
struct SentenceTests {
    @Test(
        "errors of the command line",
        arguments: [
            (["rnu", "x.yaml"], "there is no command \"rnu\"; allowed run, validate, "),
            (["rnu", "x.yaml"], "; did you mean run?"),
            (["run", "x.yaml", "--seed", "-1"], "--seed is -1; allowed 0 to 18446744073709551615"),
            (["run", "x.yaml", "--repeats", "five"], "--repeats is \"five\"; allowed 1 to 1000"),
            (["validate", "x.yaml", "--repeats", "0"], "allowed 1 to 1000"),
            (
                ["load", "--url", "http://127.0.0.1:1", "--transport", "ws"],
                "--transport is \"ws\"; allowed short-poll, "
            ),
            (["load", "--url", "http://127.0.0.1:1", "--transport", "ws"], "; did you mean websocket?"),
            (
                ["load", "--url", "http://127.0.0.1:1", "--transport", "sse", "--clients", "-5"],
                "--clients is -5; allowed 1 to 1000000"
            ),
            (
                ["load", "--url", "http://127.0.0.1:1", "--transport", "sse", "--option", "htp=2"],
                "sse has no option 'htp'; allowed: accel-buffering, headers, http; did you mean http?"
            ),
        ])
    func commandLine(arguments: [String], sentence: String) throws {
        let ending = try Tool.Running(Tool.path("pushlab"), arguments, folder: nil).wait()
        #expect(ending.code == 2)
        #expect(ending.complaint.contains(sentence), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }

    @Test("validate accepts every option of run, and prints the number of cases and runs")
    func validate() throws {
        let scratch = try Scratch()
        let scenario = try scratch.write("one.yaml", SmallScenario.text())
        let ending = try Tool.pushlab(
            "validate", scenario, "--repeats", "1", "--seed", "7", "--set", "duration=2s", "--seeded-masks", "--out",
            scratch.path("out"))
        #expect(ending.code == 0, "\(ending.complaint)")
        #expect(ending.output.contains("1 case, 1 run, "), "\(ending.output)")
        #expect(try Tool.pushlab("validate", scenario, "--quiet").output == "")
        #expect(try Tool.pushlab("validate", scenario, "--out", scratch.folder.path).code == 2)
    }

    @Test("the help of load lists each transport option with summary, range and default")
    func help() throws {
        let help = words(try Tool.pushlab("load", "--help").output)
        for documented in TransportRegistry.standard.documentedLoadOptions {
            #expect(help.contains(words(documented.helpText)), "\(documented.helpText)")
        }
        for option in TransportRegistry.standard.documentedOptions.map(\.option) where option.isLabOnly {
            #expect(!help.contains("\(option.name) ("), "load does not start a server: \(option.name)")
        }
        for key in [ShortPolling.interval, LongPolling.hold] {
            #expect(help.contains("(default: \(key.option.defaultValue.text))"))
        }
        for transport in TransportRegistry.standard.push { #expect(help.contains(transport.name)) }
    }

    @Test("the help of the server lists every transport")
    func serverHelp() throws {
        let help = words(try Tool.server("--help").output)
        for transport in TransportRegistry.standard.push { #expect(help.contains(transport.title)) }
    }

    @Test("a server without TLS, and a server with an unknown certificate")
    func trust() throws {
        let plain = try MeasuredServer()
        defer { plain.stop() }
        for (command, address) in [
            ("load", "https://127.0.0.1:\(plain.port)"), ("echo", "wss://127.0.0.1:\(plain.port)/echo"),
        ] {
            let ending = try run(command, address)
            #expect(ending.code == 1)
            #expect(ending.complaint.contains("the server does not use TLS on this port"), "\(ending.complaint)")
            expectWords(ending)
        }
        let encrypted = try MeasuredServer("--tls", "self-signed")
        defer { encrypted.stop() }
        for (command, scheme) in [("load", "https"), ("echo", "wss")] {
            let ending = try run(
                command, "\(scheme)://127.0.0.1:\(encrypted.port)" + (command == "echo" ? "/echo" : ""))
            #expect(ending.code == 1)
            #expect(ending.complaint.contains("give the authority that signed it with --cacert FILE"))
            expectWords(ending)
        }
        let ending = try run("load", "http://127.0.0.1:\(encrypted.port)")
        #expect(ending.code == 1)
        #expect(ending.complaint.contains("an address with TLS begins with https://"), "\(ending.complaint)")
    }

    @Test("a server that refuses the connection, and a host name without an address", arguments: ["load", "echo"])
    func unreachable(command: String) throws {
        let ending = try run(command, command == "load" ? "http://127.0.0.1:1" : "ws://127.0.0.1:1/echo")
        #expect(ending.code == 1)
        #expect(ending.complaint.lowercased().contains("refused"), "\(ending.complaint)")
        expectWords(ending)
        let unknown = try run(command, command == "load" ? "http://no-such.invalid" : "ws://no-such.invalid/echo")
        #expect(unknown.complaint.contains("the host name is unknown"), "\(unknown.complaint)")
        expectWords(unknown)
    }

    @Test("every error type has a description, so no Swift case name is printed")
    func errorTypes() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        let text = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
        let declaration = #/(?:enum|struct|class) (\w+): ([^{]*\bError\b[^{]*)\{/#
        let found = text.matches(of: declaration)
        #expect(found.count > 30)
        for match in found where !match.2.contains("CustomStringConvertible") {
            #expect(text.contains("extension \(match.1): CustomStringConvertible"), "\(match.1)")
        }
    }

    private func run(_ command: String, _ address: String) throws -> Tool.Ending {
        let arguments = command == "load" ? ["load", "--transport", "sse", "--url", address] : [command, address]
        return try Tool.Running(Tool.path("pushlab"), arguments, folder: nil).wait()
    }

    /// Checks for one line without names of Swift types, cases or functions.
    private func expectWords(_ ending: Tool.Ending) {
        #expect(!ending.complaint.contains("("), "\(ending.complaint)")
        #expect(ending.complaint.split(separator: "\n").count == 1)
    }

    private func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
