import Foundation
import Testing
import Transports

@testable import Scenario

@Suite("Scenarios/README.md and the table of fields")
struct ScenarioDocumentationTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scenarios")

    @Test("the README gives every field with its default and range", arguments: ScenarioField.all.map(\.path))
    func field(path: String) throws {
        let field = try #require(ScenarioField.all.first { $0.path == path })
        let rows = try readme().split(separator: "\n")
        let row = try #require(rows.first { $0.hasPrefix("| `\(path)` |") }, "no row for \(path)")
        #expect(row.contains("| \(field.range) |"))
        let shownDefault = field.defaultText.map { $0.isEmpty ? "empty" : "`\($0)`" } ?? "required"
        #expect(row.contains("| \(shownDefault) |"))
    }

    @Test(
        "the README has exactly one row per option, with transports, unit, default, range and summary")
    func options() throws {
        let registry = TransportRegistry.standard
        let table = try #require(try readme().split(separator: "| transport | option |").last)
        let rows = table.split(separator: "\n").dropFirst(2).prefix { $0.hasPrefix("|") }
        for documented in registry.documentedOptions {
            #expect(rows.contains { $0.hasPrefix(documented.tableRow) }, "\(documented.tableRow)")
        }
        #expect(rows.count == registry.documentedOptions.count)
        #expect(registry.all.allSatisfy { transport in rows.contains { $0.contains("`\(transport.name)`") } })
    }

    @Test(
        "a summary is one line of whole sentences",
        arguments: TransportRegistry.standard.documentedOptions.map(\.option))
    func summary(option: TransportOption) {
        #expect(option.summary.hasSuffix("."))
        #expect(!option.summary.contains("|") && !option.summary.contains("\n"))
        #expect(option.summary.first?.isUppercase == true || option.summary.hasPrefix("permessage-deflate"))
    }

    @Test("the quickstart is a valid scenario of six cases")
    func quickstart() throws {
        let text = try String(contentsOf: Self.folder.appending(path: "quickstart.yaml"), encoding: .utf8)
        let scenario = try Scenario(text: text, file: "Scenarios/quickstart.yaml")
        #expect(scenario.cases.count == 6)
        #expect(scenario.feeds.first?.source == .replay(path: "Scenarios/feeds/host.ndjson"))
        #expect(scenario.measuringTime <= .seconds(90))
    }

    @Test("the scenario of the drafts has one case per version, named after it, and takes about a minute")
    func drafts() throws {
        let file = "websocket-through-the-drafts.yaml"
        #expect(try readme().contains("| `\(file)` |"))
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let scenario = try Scenario(text: text, file: "Scenarios/\(file)")
        #expect(
            scenario.transports.map(\.variant) == [
                "version-hixie-75", "version-hixie-76", "version-hybi-07", "version-hybi-10", "version-rfc6455",
            ])
        #expect(scenario.measuringTime <= .seconds(70))
    }

    @Test("the scenario of the buffering proxy has streams with and without it, and takes less than two minutes")
    func bufferingProxy() throws {
        let file = "buffering-proxy.yaml"
        #expect(try readme().contains("| `\(file)` |"))
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let scenario = try Scenario(text: text, file: "Scenarios/\(file)")
        for name in ["http-stream", "sse"] {
            let uses = scenario.transports.filter { $0.name == name }
            #expect(uses.contains { $0.intermediary == .direct })
            for value in [AccelBuffering.omit, .no] {
                #expect(uses.contains { $0.intermediary == .nginxHTTP10 && $0.options[AccelBuffering.key] == value })
            }
        }
        #expect(scenario.measuringTime <= .seconds(100))
    }

    @Test(
        "the scenarios of simulated networks are valid and in the README",
        arguments: [("far-away.yaml", 4, 20), ("thin-line.yaml", 4, 20), ("bad-air.yaml", 3, 18)])
    func networks(file: String, networks: Int, cases: Int) throws {
        #expect(try readme().contains("| `\(file)` |"))
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let scenario = try Scenario(text: text, file: "Scenarios/\(file)")
        #expect(scenario.networks.count == networks)
        #expect(scenario.cases.count == cases)
    }

    @Test(
        "every scenario of the library is valid, is in the README, asks a question and takes 5 minutes",
        arguments: libraryFiles)
    func library(file: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: file), encoding: .utf8)
        let scenario = try Scenario(text: text, file: "Scenarios/\(file)", peers: LibraryPeers())
        #expect(scenario.question.hasSuffix("?"))
        #expect(text.hasPrefix("# "))
        let rows = try readme().split(separator: "\n")
        #expect(rows.contains { $0.hasPrefix("| `\(file)` |") })
        // Processes take about 1.3 s per case.
        let processes = Duration.milliseconds(1_300) * (scenario.cases.count * scenario.repeats)
        #expect(scenario.measuringTime + processes <= .seconds(300), "\(scenario.measuringTime + processes)")
    }

    @Test("the README gives every field of peer.yaml, word for word", arguments: PeerFields.all.map(\.path))
    func peerField(path: String) throws {
        let field = try #require(PeerFields.all.first { $0.path == path })
        let section = try #require(try readme().components(separatedBy: "\n## ").first { $0.hasPrefix("Third-party") })
        let shownDefault = field.defaultText.map { $0.isEmpty ? "empty" : "`\($0)`" } ?? "required"
        let row = "| `\(path)` | \(field.unit) | \(shownDefault) | \(field.range) | \(field.meaning) |"
        #expect(section.split(separator: "\n").contains { $0 == row }, "\(row)")
    }

    @Test("the example of the README is a valid peer, and its list of options is that of the transports")
    func peerExample() throws {
        let section = try #require(try readme().components(separatedBy: "\n## ").first { $0.hasPrefix("Third-party") })
        let lines = section.split(separator: "\n", omittingEmptySubsequences: false)
        let example = lines.drop { !$0.hasPrefix("    title:") }.prefix { $0.hasPrefix("    ") }
        let text = example.map { $0.dropFirst(4) }.joined(separator: "\n")
        let peer = try Scenario.Peer(name: "ws-node", PeerText(text, file: "peers/ws-node/peer.yaml"))
        #expect(peer.transports == ["websocket", "sse"])
        let needy = TransportRegistry.standard.push.flatMap { $0.options }.filter { $0.ownServerNeed != .none }
        for option in needy { #expect(section.contains("`\(option.name)"), "\(option.name)") }
    }

    private func readme() throws -> String {
        try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    }
}

/// The files of the library.
private let libraryFiles: [String] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Scenarios")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
}()
