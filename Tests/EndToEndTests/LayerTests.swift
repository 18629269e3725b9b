import Foundation
import Testing

@Suite("Layers, as Package.swift lists them")
struct LayerTests {
    private let layerOf: [String: Int]
    private let allowed: [String: Set<String>]
    private let dependencies: [String: Set<String>]

    init() throws {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Package.swift")
        let text = try String(contentsOf: package, encoding: .utf8)
        var layers: [String: Int] = [:]
        var allowed: [String: Set<String>] = [:]
        for match in text.matches(of: /(?m)^\/\/     (\d)  (.+?)  --/) {
            for name in match.2.split(separator: " ") { layers[String(name)] = Int(match.1) }
        }
        for match in text.matches(of: /(?m)^\/\/     (\S+) -> (.+)$/) {
            allowed[String(match.1)] = Set(match.2.split(separator: " ").map(String.init))
        }
        var dependencies: [String: Set<String>] = [:]
        for block in text.split(separator: /\n        \./)
        where block.hasPrefix("target(") || block.hasPrefix("executableTarget(") {
            let names = block.matches(of: /"([^"]+)"/).map { String($0.1) }
            dependencies[names.first ?? ""] = Set(names.dropFirst())
        }
        (layerOf, self.allowed, self.dependencies) = (layers, allowed, dependencies)
    }

    @Test("every target has a layer")
    func complete() {
        // System libraries and shims of C have none.
        let targets = Set(dependencies.keys).subtracting(["CLinux"])
        #expect(targets.count > 15)
        #expect(targets == Set(layerOf.keys))
    }

    @Test("a target imports lower layers, and of its own what the list allows")
    func downOnly() {
        for (target, names) in dependencies {
            let own = layerOf[target] ?? 0
            for name in names {
                guard let layer = layerOf[name] else { continue }
                let isAllowed = layer < own || layer == own && allowed[target]?.contains(name) == true
                #expect(isAllowed, "\(target) imports \(name)")
            }
        }
    }

    @Test("the list has nothing that no target needs")
    func noSpares() {
        for (target, names) in allowed {
            #expect(names.subtracting(dependencies[target] ?? []).isEmpty, "of \(target)")
        }
    }
}
