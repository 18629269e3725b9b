import Measurement
import WireAccounting

/// One message of a connection: a request, a response, a chunk, a frame, an item or a record.
package struct DissectedMessage: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case request, response, chunk
        case firstLine = "first_line"
        case lengthPrefixed = "length_prefixed"
        case webSocketFrame = "websocket_frame"
        case hixieFrame = "hixie_frame"
        case http2Frame = "http2_frame"
        case tlsRecord = "tls_record"
        /// Bytes of a protocol that the dissector does not know.
        case unknown
    }

    /// Number of the message on its connection, from 1, both directions together.
    package let number: UInt64
    package let direction: Direction
    /// The HTTP/2 stream of its frame, 0 for the connection itself; `nil` without HTTP/2.
    package let stream: Int?
    /// When its first byte arrived.
    package let at: MonotonicInstant
    package let kind: Kind
    /// A short description, such as `GET /poll?after=5`.
    package internal(set) var title: String
    /// Bytes of the whole message on the wire.
    package internal(set) var wireBytes = 0
    /// Bytes of the whole message by layer.
    package internal(set) var layers = LayerCounts()
    /// The first bytes.
    package internal(set) var bytes: [UInt8] = []
    /// The layer of each of ``bytes``.
    package internal(set) var layerOfByte: [ByteLayer] = []
    /// Whether the end has been seen.
    package internal(set) var isComplete = false
    /// Its compressed content, inflated; `nil` if nothing was inflated.
    package internal(set) var inflated: InflatedContent?
    /// What is wrong with it, in one sentence each.
    package internal(set) var faults: [String] = []

    /// Moves bytes that were already counted to another layer.
    mutating func move(_ bytes: Int, at offset: Int, from old: ByteLayer, to new: ByteLayer) {
        layers[old] -= Int64(bytes)
        layers[new] += Int64(bytes)
        // The message may be longer than its kept bytes.
        let end = min(offset + bytes, layerOfByte.count)
        for index in min(offset, end)..<end { layerOfByte[index] = new }
    }

    /// The kept bytes as runs of equal layers.
    package var runs: [(layer: ByteLayer, range: Range<Int>)] {
        var runs: [(layer: ByteLayer, range: Range<Int>)] = []
        for (index, layer) in layerOfByte.enumerated() {
            if let last = runs.last, last.layer == layer {
                runs[runs.count - 1].range = last.range.lowerBound..<index + 1
            } else {
                runs.append((layer, index..<index + 1))
            }
        }
        return runs
    }
}

/// Content that was inflated: of a WebSocket message, or of a body so far.
package struct InflatedContent: Sendable, Hashable {
    /// Sizes before and after inflating.
    package let wireBytes: Int
    package let bytes: Int
    /// The first inflated bytes, at most ``DissectionLimits/mostBytes``.
    package let beginning: [UInt8]
}
