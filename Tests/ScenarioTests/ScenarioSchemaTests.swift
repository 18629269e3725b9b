import Foundation
import ResultFiles
import Testing
import Transports

@testable import Scenario

@Suite("JSON Schema of scenarios")
struct ScenarioSchemaTests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scenarios")
    private let schema = SchemaChecker(ScenarioSchema.json())

    @Test("the file in Scenarios is the schema: pushlab schema > Scenarios/scenario.schema.json")
    func file() throws {
        let file = Self.folder.appending(path: ScenarioSchema.fileName)
        #expect(try String(contentsOf: file, encoding: .utf8) == ScenarioSchema.json().text() + "\n")
    }

    @Test("it has every field", arguments: ScenarioField.all.map(\.path))
    func field(path: String) throws {
        let parts = path.replacing("[]", with: "").split(separator: ".").map(String.init)
        let found = parts.reduce([schema.root]) { found, name in
            found.flatMap { schema.fields(named: name, in: $0) }
        }
        #expect(!found.isEmpty)
        #expect(found.contains { $0["description"] != nil || $0["const"] != nil })
    }

    @Test("it has every option of every transport, also of echoes, with lists")
    func options() throws {
        let uses = schema.fields(named: "transports", in: schema.root)
        for transport in TransportRegistry.standard.all {
            let own = uses.flatMap(schema.alternatives).filter { $0["title"] == .string(transport.name) }
            for option in transport.options {
                let found = own.flatMap { schema.fields(named: option.name, in: $0) }
                #expect(found.contains { $0["anyOf"] != nil }, "\(transport.name) \(option.name)")
            }
        }
    }

    private static func scenarios() -> [String] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        // Other files have other schemas.
        return paths.filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("peers/") && !$0.hasPrefix("clusters/") }.sorted()
    }

    @Test("every scenario here is valid by it, and names it in its first line", arguments: scenarios())
    func scenario(path: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
        #expect(schema.faults(of: try ScenarioText(text, file: path).root) == [])
        let up = String(repeating: "../", count: path.split(separator: "/").count - 1)
        #expect(text.hasPrefix("# yaml-language-server: $schema=\(up)\(ScenarioSchema.fileName)\n"))
    }

    @Test("a scenario may name its schema")
    func named() throws {
        let text = "$schema: a.json\nname: x\nfeeds: [{source: host}]\ntransports: [{use: sse}]\n"
        #expect(try Scenario(text: text, file: "x.yaml").cases.count == 1)
        #expect(schema.faults(of: try ScenarioText(text, file: "x.yaml").root) == [])
    }
}
