import Measurement
import Testing
import WireAccounting

@testable import Dissection

/// A conversation in the order of its parts, for a dissector.
struct Conversation {
    var parts: [(direction: Direction, bytes: [UInt8])] = []

    mutating func up(_ text: String) { up(Array(text.utf8)) }
    mutating func down(_ text: String) { down(Array(text.utf8)) }
    mutating func up(_ bytes: [UInt8]) { parts.append((.up, bytes)) }
    mutating func down(_ bytes: [UInt8]) { parts.append((.down, bytes)) }

    /// Dissects it in chunks of this many bytes, and checks after each that every byte has one layer.
    func dissected(chunkBytes: Int = .max, limits: DissectionLimits = .inspector) -> ConnectionDissector {
        var dissector = ConnectionDissector(limits: limits)
        var passed: [Direction: Int64] = [:]
        var time: Int64 = 0
        for (direction, bytes) in parts {
            var rest = bytes[...]
            while !rest.isEmpty {
                let chunk = Array(rest.prefix(chunkBytes))
                rest = rest.dropFirst(chunk.count)
                time += 1
                dissector.take(chunk, direction, at: MonotonicInstant(nanoseconds: time))
                passed[direction, default: 0] += Int64(chunk.count)
                for direction in Direction.allCases {
                    #expect(dissector.ledger.tcpPayloadBytes(direction) == passed[direction, default: 0])
                }
            }
        }
        return dissector
    }
}

extension ByteLedger {
    /// The layers that are not empty, such as `up http_head 20`.
    var summary: [String] {
        entries.filter { $0.bytes != 0 }.map { "\($0.direction.rawValue) \($0.layer.rawValue) \($0.bytes)" }
    }
}

/// Chunk sizes that cut every header and every frame somewhere.
let cuts = [1, 2, 3, 5, 7, 11, 64, Int.max]
