/// Fuzzes the readers of captures: pcapng, pcap, and everything inside the packets.
func fuzzCapture(_ input: inout FuzzInput) {
    let bytes = input.remaining
    guard let capture = try? PacketCapture(reading: bytes) else { return }
    let explanation = CaptureExplanation(CaptureDissection(capture))
    _ = CaptureText.render(explanation, colours: false)
    mustHold(explanation.connections.count <= capture.packets.count, "more connections than packets")
    mustHold(readInPieces(bytes) == capture, "the pieces that a capture is read in changed it")
    guard let annotation = PcapNGWriter.annotation(of: bytes, comment: "a", keyLog: [1, 2, 3]),
        let again = try? PacketCapture(reading: annotation.bytes + bytes[annotation.replacedBytes...])
    else { return }
    mustHold(again.packets.count == capture.packets.count, "a comment changed the number of packets")
}

/// - Returns: `nil` if the bytes are not a capture.
private func readInPieces(_ bytes: [UInt8]) -> PacketCapture? {
    var reader = CaptureReader()
    var packets: [CapturedPacket] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = min(rest.count, packets.count % 7 + 1)
        guard (try? reader.take(rest.prefix(count), each: { packets.append($0) })) != nil else { return nil }
        rest = rest.dropFirst(count)
    }
    guard (try? reader.finish()) != nil else { return nil }
    return PacketCapture(packets: packets, comments: reader.comments, isCut: reader.isCut)
}
