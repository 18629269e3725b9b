import NIOCore

/// Fuzzes the frames and messages of either role. The result does not depend on how the bytes are cut, every byte is
/// counted, the peer accepts the output, and a frame that is read and encoded again does not change.
func fuzzDecoder(_ input: inout FuzzInput) {
    let choice = input.choice()
    let role: WebSocketRole = choice & 1 == 0 ? .server : .client
    let deflate = choice & 2 == 0 ? nil : DeflateParameters(serverMaxWindowBits: 9, clientMaxWindowBits: 9)
    let wire = input.remaining
    let whole = DecoderRun(wire, pieceBytes: max(1, wire.count), role: role, deflate: deflate)
    whole.checkByteCounts(wire)
    whole.checkOutput(role: role, deflate: deflate)
    for pieceBytes in [1, Int(choice >> 2) + 2] {
        let pieces = DecoderRun(wire, pieceBytes: pieceBytes, role: role, deflate: deflate)
        pieces.checkByteCounts(wire)
        mustHold(pieces.events == whole.events, "the events differ in pieces of \(pieceBytes) B")
        mustHold(pieces.error == whole.error, "the error differs in pieces of \(pieceBytes) B")
        mustHold(pieces.output == whole.output, "the output differs in pieces of \(pieceBytes) B")
    }
    checkEncodingAgain(wire, role: role, allowsCompression: deflate != nil)
}

private struct DecoderRun {
    static let limits = WebSocketLimits(frameBytes: 500, messageBytes: 400)
    // The least memory, because each run has its own deflater.
    static let effort = DeflateEffort(memoryLevel: 1)

    var endpoint: WebSocketEndpoint
    var events: [WebSocketEvent] = []
    var error: WebSocketError?
    var output: [UInt8] = []

    init(_ wire: [UInt8], pieceBytes: Int, role: WebSocketRole, deflate: DeflateParameters?) {
        endpoint = WebSocketEndpoint(role: role, limits: Self.limits, deflate: deflate, effort: Self.effort)
        for piece in wire.pieces(of: pieceBytes) { receive(piece) }
    }

    private mutating func receive(_ piece: ByteBuffer) {
        var piece = piece
        endpoint.receive(&piece)
        do throws(WebSocketError) {
            while let event = try endpoint.nextEvent() { take(event) }
        } catch {
            self.error = error
            mustHold(endpoint.fate == .drop, "an error does not end the connection")
        }
        if let bytes = endpoint.takeOutput() { output += bytes.readableBytesView }
    }

    private mutating func take(_ event: WebSocketEvent) {
        events.append(event)
        guard case .message(let kind, let payload) = event else { return }
        mustHold(payload.readableBytes <= Self.limits.messageBytes, "a message exceeds the limit")
        if kind == .text {
            mustHold(String(validating: payload.readableBytesView, as: UTF8.self) != nil, "a text message is not UTF-8")
        }
        endpoint.send(kind, payload)
    }

    func checkByteCounts(_ wire: [UInt8]) {
        let received = endpoint.received
        let counted = received.frameBytes + received.discardedBytes + endpoint.unfinishedBytes
        mustHold(counted == wire.count, "\(counted) bytes counted, \(wire.count) received")
        let sent = endpoint.sent.frameBytes
        mustHold(sent == output.count, "\(sent) bytes counted as sent, \(output.count) written")
    }

    /// The peer must accept the output of this side.
    func checkOutput(role: WebSocketRole, deflate: DeflateParameters?) {
        var peer = WebSocketEndpoint(role: role == .server ? .client : .server, deflate: deflate)
        var bytes = ByteBuffer(bytes: output)
        peer.receive(&bytes)
        do throws(WebSocketError) {
            while try peer.nextEvent() != nil {}
        } catch {
            fatalError("the peer rejects the output: \(error)")
        }
        mustHold(peer.unfinishedBytes == 0, "the output ends inside a frame")
    }
}

private func checkEncodingAgain(_ wire: [UInt8], role: WebSocketRole, allowsCompression: Bool) {
    var decoder = FrameDecoder(role: role, frameLimit: 500, allowsCompression: allowsCompression)
    var bytes = ByteBuffer(bytes: wire)
    var again = ByteBuffer()
    var taken = 0
    do throws(WebSocketError) {
        while let header = try decoder.nextHeader(from: &bytes), let payload = decoder.nextPayload(from: &bytes) {
            header.write(into: &again)
            var masked = payload
            if let key = header.maskKey {
                masked.withUnsafeMutableReadableBytes { Masking.apply(key, to: $0) }
            }
            again.writeImmutableBuffer(masked)
            taken += header.frameLength
        }
    } catch {
        // An invalid frame is not encoded again.
    }
    mustHold(again.array == Array(wire.prefix(taken)), "a frame changes when it is encoded again")
}
