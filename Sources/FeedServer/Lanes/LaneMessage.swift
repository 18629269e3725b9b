import Dissection
import Measurement
import WireAccounting

/// One message of a lane in JSON.
struct LaneMessage: Encodable {
    struct Run: Encodable {
        let layer: ByteLayer
        let from: Int
        let to: Int
    }

    private let direction: Direction
    private let kind: DissectedMessage.Kind
    private let title: String
    private let atNanoseconds: Int64
    private let wireBytes: Int
    private let isComplete: Bool
    /// The first bytes in hexadecimal, and the layer of each.
    private let bytes: String
    private let runs: [Run]
    private let layers: [String: Int64]
    /// Sizes of compressed content before and after inflating, and its first inflated bytes in hexadecimal.
    private let compressedBytes: Int?
    private let inflatedBytes: Int?
    private let inflated: String?
    private let faults: [String]
    /// Only of WebSocket frames.
    private let explanation: Explanation?

    enum CodingKeys: String, CodingKey {
        case direction, kind, title, bytes, runs, layers, inflated, faults, explanation
        case atNanoseconds = "at_ns"
        case wireBytes = "wire_bytes"
        case isComplete = "complete"
        case compressedBytes = "compressed_bytes"
        case inflatedBytes = "inflated_bytes"
    }

    init(_ message: DissectedMessage) {
        direction = message.direction
        kind = message.kind
        title = message.title
        atNanoseconds = message.at.nanoseconds
        wireBytes = message.wireBytes
        isComplete = message.isComplete
        bytes = Self.hexadecimal(message.bytes)
        runs = message.runs.map { Run(layer: $0.layer, from: $0.range.lowerBound, to: $0.range.upperBound) }
        let counted = ByteLayer.allCases.filter { message.layers[$0] > 0 }
        layers = Dictionary(uniqueKeysWithValues: counted.map { ($0.rawValue, message.layers[$0]) })
        compressedBytes = message.inflated?.wireBytes
        inflatedBytes = message.inflated?.bytes
        inflated = message.inflated.map { Self.hexadecimal($0.beginning) }
        faults = message.faults
        explanation = MessageParts.frame(of: message).map {
            Explanation(.frames, summary: "\(message.wireBytes) B: 1 WebSocket frame", parts: [$0])
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
