import Testing

@testable import Scenario

@Suite("Hostile YAML takes little time and memory")
struct ScenarioBoundsTests {
    @Test("aliases that double 30 times are refused")
    func doubling() {
        let lines = (1...30).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]" }
        let text = (["a0: &a0 [x]"] + lines).joined(separator: "\n")
        #expect(messages(text) == ["Scenarios/idle.yaml:18: more than 32 aliases (*name)"])
    }

    @Test("few aliases that grow too large are refused")
    func growth() {
        let lines = (1...10).map { level in
            "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 3).joined(separator: ", "))]"
        }
        let text = (["a0: &a0 [x, y, z]"] + lines).joined(separator: "\n")
        #expect(messages(text).count == 1)
    }

    @Test("deep nesting is refused", arguments: ["[", "{a: ", "- ", "? "])
    func depth(opening: String) {
        #expect(messages(String(repeating: opening, count: 5000)).count == 1)
    }

    @Test("deep indentation is refused")
    func indentation() {
        let text = (0..<700).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
        #expect(messages(text).first?.hasSuffix("lists and groups are nested too deeply") == true)
    }

    @Test("a text above 256 KiB is refused")
    func size() {
        let text = String(repeating: "#", count: 300_000)
        let sentence = "Scenarios/idle.yaml:1: the text is longer than 256 KiB; a scenario is a short YAML file, which "
        #expect(messages(text).first?.hasPrefix(sentence) == true)
    }
}
