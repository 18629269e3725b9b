import NIOCore

/// Frames and messages of either role: any bytes mean the same however they are cut, every byte is in the books, what
/// is written is right for the other side, and a frame encoded again is the frame that was read.
func fuzzDecoder(_ input: inout FuzzInput) {
    let choice = input.choice()
    let role: WebSocketRole = choice & 1 == 0 ? .server : .client
    let deflate = choice & 2 == 0 ? nil : DeflateParameters(serverMaxWindowBits: 9, clientMaxWindowBits: 9)
    let wire = input.remaining
    let whole = DecoderRun(wire, pieceBytes: max(1, wire.count), role: role, deflate: deflate)
    whole.checkBooks(wire)
    whole.checkOutput(role: role, deflate: deflate)
    for pieceBytes in [1, Int(choice >> 2) + 2] {
        let pieces = DecoderRun(wire, pieceBytes: pieceBytes, role: role, deflate: deflate)
        pieces.checkBooks(wire)
        mustHold(pieces.events == whole.events, "other events in pieces of \(pieceBytes)")
        mustHold(pieces.error == whole.error, "another error in pieces of \(pieceBytes)")
        mustHold(pieces.output == whole.output, "another answer in pieces of \(pieceBytes)")
    }
    checkEncodingAgain(wire, role: role, allowsCompression: deflate != nil)
}

private struct DecoderRun {
    static let limits = WebSocketLimits(frameBytes: 500, messageBytes: 400)
    // The least memory: each run has a deflater of its own.
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
            mustHold(endpoint.fate == .drop, "a fault that does not end the connection")
        }
        if let bytes = endpoint.takeOutput() { output += bytes.readableBytesView }
    }

    private mutating func take(_ event: WebSocketEvent) {
        events.append(event)
        guard case .message(let kind, let payload) = event else { return }
        mustHold(payload.readableBytes <= Self.limits.messageBytes, "a message above the limit")
        if kind == .text {
            mustHold(String(validating: payload.readableBytesView, as: UTF8.self) != nil, "text that is no UTF-8")
        }
        endpoint.send(kind, payload)
    }

    func checkBooks(_ wire: [UInt8]) {
        let received = endpoint.received
        let told = received.frameBytes + received.discardedBytes + endpoint.unfinishedBytes
        mustHold(told == wire.count, "\(told) bytes in the books, \(wire.count) received")
        mustHold(endpoint.sent.frameBytes == output.count, "the books of what was sent are wrong")
    }

    /// The peer must find nothing wrong with what this side wrote.
    func checkOutput(role: WebSocketRole, deflate: DeflateParameters?) {
        var peer = WebSocketEndpoint(role: role == .server ? .client : .server, deflate: deflate)
        var bytes = ByteBuffer(bytes: output)
        peer.receive(&bytes)
        do throws(WebSocketError) {
            while try peer.nextEvent() != nil {}
        } catch {
            fatalError("this side wrote what is wrong: \(error)")
        }
        mustHold(peer.unfinishedBytes == 0, "this side wrote a frame that does not end")
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
        // What is wrong has no second form.
    }
    mustHold(again.array == Array(wire.prefix(taken)), "a frame encoded again is another")
}
