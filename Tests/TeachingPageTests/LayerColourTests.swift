import Foundation
import Testing

@Suite("Colours of the layers")
struct LayerColourTests {
    /// Linear red, green and blue as people with this kind of colour vision see them (Machado, Oliveira and Fernandes,
    /// 2009, severity 1).
    enum Vision: String, CaseIterable {
        case all, protanopia, deuteranopia, tritanopia

        var rows: [[Double]] {
            switch self {
            case .all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
            case .protanopia:
                [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
            case .deuteranopia:
                [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
            case .tritanopia:
                [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
            }
        }
    }

    @Test("any two differ by more than 20 in CIELAB", arguments: Vision.allCases)
    func differ(vision: Vision) throws {
        let layers = try Self.layers()
        #expect(layers.count == 9)
        for (index, one) in layers.enumerated() {
            for other in layers[(index + 1)...] {
                let distance = zip(one.colour.lab(vision), other.colour.lab(vision)).map { ($0 - $1) * ($0 - $1) }
                #expect(distance.reduce(0, +).squareRoot() > 20, "\(one.name), \(other.name)")
            }
        }
    }

    @Test("a text on each has a contrast of at least 4.5:1")
    func contrast() throws {
        for layer in try Self.layers() {
            let (one, other) = (layer.colour.luminance, layer.ink.luminance)
            #expect((max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5, "\(layer.name)")
        }
    }

    private static func layers() throws -> [(name: String, colour: Colour, ink: Colour)] {
        try PageFiles.text("layers.js")
            .matches(of: /name: "([a-z_]+)", colour: "#([0-9a-f]{6})", ink: "#([0-9a-f]{6})"/)
            .map { (String($0.1), Colour(String($0.2)), Colour(String($0.3))) }
    }
}

/// A colour of sRGB as linear red, green and blue, from 0 to 1.
private struct Colour {
    let linear: [Double]

    init(_ hex: String) {
        linear = [16, 8, 0].map { shift in
            let value = Double((Int(hex, radix: 16) ?? 0) >> shift & 0xff) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
    }

    var luminance: Double { Self.product([0.2126, 0.7152, 0.0722], linear) }

    func lab(_ vision: LayerColourTests.Vision) -> [Double] {
        let seen = vision.rows.map { min(1, max(0, Self.product($0, linear))) }
        let rows = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
        let white = [0.9505, 1, 1.089]
        let roots = zip(rows, white).map { row, white in
            let value = Self.product(row, seen) / white
            return value > 0.008856 ? cbrt(value) : 7.787 * value + 16 / 116
        }
        return [116 * roots[1] - 16, 500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])]
    }

    private static func product(_ one: [Double], _ other: [Double]) -> Double {
        zip(one, other).map(*).reduce(0, +)
    }
}
