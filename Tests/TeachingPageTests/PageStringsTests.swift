import Foundation
import Testing
import WireAccounting

@testable import ResultFiles

@Suite("The teaching page's strings and names")
struct PageStringsTests {
    /// A line such as `  key: "text",` or `  "a-key": "text"` at the start of an entry.
    private static func keys(_ file: String) throws -> [String] {
        let text = try PageFiles.text(file)
        let table = text.components(separatedBy: "\n};")[0]
        return table.split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^ {2}"?([a-z0-9_-]+)"?:\s/).map { String($0.1) }
        }
    }

    @Test("both languages have the same strings, once each")
    func sameKeys() throws {
        let english = try Self.keys("strings.en.js")
        #expect(english.count > 100)
        #expect(Set(english).count == english.count)
        #expect(try Self.keys("strings.zh.js") == english)
    }

    @Test("both languages have the same placeholders")
    func samePlaceholders() throws {
        func placeholders(_ file: String) throws -> [String: [String]] {
            var all: [String: [String]] = [:]
            var key = ""
            for line in try PageFiles.text(file).split(separator: "\n") {
                if let match = line.firstMatch(of: /^ {2}"?([a-z0-9_-]+)"?:\s/) { key = String(match.1) }
                all[key, default: []] += line.matches(of: /\{([a-z_]+)\}/).map { String($0.1) }
            }
            return all.mapValues { $0.sorted() }
        }
        let english = try placeholders("strings.en.js")
        let chinese = try placeholders("strings.zh.js")
        for key in try Self.keys("strings.en.js") { #expect(english[key] == chinese[key], "\(key)") }
    }

    @Test("every string that the page names exists")
    func namedStrings() throws {
        let keys = Set(try Self.keys("strings.en.js"))
        let page = try PageFiles.text("index.html")
        var named = page.matches(of: /data-t(?:-label)?="([^"]*)"/).map { String($0.1) }
        // A table of phrases names none.
        for (name, text) in try PageFiles.texts(".js") where !name.hasPrefix("phrases.") {
            named += text.matches(of: /\bt\("([^"]*)"/).map { String($0.1) }
            named += text.matches(of: /key: "([^"]*)"/).map { String($0.1) }
        }
        named += ByteLayer.allCases.filter { $0 != .tcpIP }.map { "layer_\($0.rawValue)" }
        named += ["short-poll", "long-poll", "http-stream", "sse", "websocket"].map { "transport_\($0)" }
        #expect(Set(named).subtracting(keys).sorted() == [])
    }

    @Test("every string is used")
    func usedStrings() throws {
        let sources = try PageFiles.texts(".js").filter { !$0.name.hasPrefix("strings.") }.map(\.text)
        let all = (sources + [try PageFiles.text("index.html")]).joined(separator: "\n")
        let prefixes = Set(all.matches(of: /`([a-z_]+_)\$\{/).map { String($0.1) })
        let unused = try Self.keys("strings.en.js").filter { key in
            !all.contains("\"\(key)\"") && !prefixes.contains { key.hasPrefix($0) }
        }
        #expect(unused == [])
    }

    @Test("the layers are those of layers.csv")
    func layers() throws {
        let names = try PageFiles.text("layers.js").matches(of: /name: "([a-z_]+)"/).map { String($0.1) }
        #expect(names == ByteLayer.allCases.filter { $0 != .tcpIP }.map(\.rawValue))
    }

    @Test("the columns of saved files are those of the lab's results")
    func columns() throws {
        let text = try PageFiles.text("csv.js")
        func columns(_ name: String) throws -> [String] {
            let parts = text.components(separatedBy: "export const \(name) = [")
            let list = try #require(parts.dropFirst().first).components(separatedBy: "];")[0]
            return list.matches(of: /"([a-z0-9_]+)"/).map { String($0.1) }
        }
        let summary = try columns("summaryColumns")
        #expect(summary == Array(SummaryRow.table.columns.map(\.name).prefix(summary.count)))
        #expect(summary.last == "invalid_reason")
        #expect(try columns("layerColumns") == LayerRow.table.columns.map(\.name))
    }
}
