import Foundation
import Testing

@Suite("Layers of the targets")
struct LayersTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("every target is in exactly one layer")
    func complete() throws {
        let manifest = try Manifest(Self.root)
        #expect(manifest.layers.flatMap(\.self).sorted() == (try Self.targets()).keys.sorted())
    }

    @Test("a target imports lower layers, and from its own layer exactly what Package.swift lists")
    func imports() throws {
        let manifest = try Manifest(Self.root)
        var withinLayer: [String: [String]] = [:]
        for (target, imports) in try Self.targets() {
            guard let layer = manifest.layer(of: target) else { continue }
            for name in imports.sorted() {
                guard let other = manifest.layer(of: name) else { continue }
                #expect(other <= layer, "\(target) imports \(name), which is in a higher layer")
                if other == layer { withinLayer[target, default: []].append(name) }
            }
        }
        #expect(withinLayer == manifest.importsWithinLayer)
    }

    /// The Swift targets in `Sources` and the modules that each one imports.
    private static func targets() throws -> [String: Set<String>] {
        let sources = root.appending(path: "Sources")
        var targets: [String: Set<String>] = [:]
        let paths = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        for path in paths {
            let target = String(path.prefix { $0 != "/" })
            let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("import ") || $0.hasPrefix("@") }
            // The module is the last word up to its first full stop.
            let imports = lines.filter { $0.contains("import ") }.compactMap { $0.split(separator: " ").last }
            targets[target, default: []].formUnion(imports.map { String($0.prefix { $0 != "." }) })
        }
        return targets
    }
}

/// The lists of layers in Package.swift.
struct Manifest {
    struct Failure: Error { let missing: String }

    let layers: [[String]]
    let importsWithinLayer: [String: [String]]

    init(_ root: URL) throws {
        let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        layers = try Self.rows(of: "layers", in: text)
        importsWithinLayer = Dictionary(
            uniqueKeysWithValues: try Self.rows(of: "importsWithinLayer", in: text).map { ($0[0], Array($0[1...])) })
    }

    func layer(of target: String) -> Int? {
        layers.firstIndex { $0.contains(target) }
    }

    // The quoted names on each line.
    private static func rows(of list: String, in text: String) throws -> [[String]] {
        guard let begin = text.range(of: "let \(list) = [\n"),
            let end = text.range(of: "\n]\n", range: begin.upperBound..<text.endIndex)
        else { throw Failure(missing: list) }
        return text[begin.upperBound..<end.lowerBound].split(separator: "\n").compactMap { line in
            let names = line.matches(of: /"([^"]+)"/).map { String($0.1) }
            return names.isEmpty ? nil : names
        }
    }
}
