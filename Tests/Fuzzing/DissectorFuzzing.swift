import Measurement
import WireAccounting

/// Fuzzes the dissector of connections: any bytes of both directions, however they are cut, have one layer each, and
/// the cut changes neither the layers nor the counts.
func fuzzDissector(_ input: inout FuzzInput) {
    let choice = input.choice()
    var pieces: [(direction: Direction, bytes: [UInt8])] = []
    // Each piece: a byte with direction and length, then the bytes. 0x7f means the rest.
    while !input.remaining.isEmpty, pieces.count < 100 {
        let head = input.choice()
        let length = head & 0x7f == 0x7f ? input.remaining.count : Int(head & 0x7f)
        pieces.append((head & 0x80 == 0 ? .up : .down, input.bytes(length)))
    }
    let limits: DissectionLimits = choice & 1 == 0 ? .inspector : .countsOnly
    let whole = dissected(pieces, chunkBytes: .max, limits)
    let cut = dissected(pieces, chunkBytes: 1 + Int(choice >> 4), limits)
    mustHold(whole.ledger == cut.ledger, "the layers differ in chunks of \(1 + Int(choice >> 4)) B")
    mustHold(whole.counts == cut.counts, "the counts differ in chunks of \(1 + Int(choice >> 4)) B")
    mustHold(whole.recent.count <= DissectionLimits.mostMessages, "more messages than the limit")
    for message in whole.recent {
        mustHold(message.bytes.count == message.layerOfByte.count, "a kept byte without a layer")
        let mostBytes = DissectionLimits.mostHeadBytes + DissectionLimits.mostBytes
        mustHold(message.bytes.count <= mostBytes, "more bytes than the limit")
        _ = MessageParts.part(of: message)
    }
}

private func dissected(
    _ pieces: [(direction: Direction, bytes: [UInt8])], chunkBytes: Int, _ limits: DissectionLimits
) -> ConnectionDissector {
    var dissector = ConnectionDissector(limits: limits)
    var passed: [Direction: Int64] = [:]
    for (direction, bytes) in pieces {
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(chunkBytes))
            rest = rest.dropFirst(chunk.count)
            dissector.take(chunk, direction, at: MonotonicInstant(nanoseconds: 0))
            passed[direction, default: 0] += Int64(chunk.count)
        }
    }
    for direction in Direction.allCases {
        mustHold(
            dissector.ledger.tcpPayloadBytes(direction) == passed[direction, default: 0], "a byte without a layer")
    }
    return dissector
}
