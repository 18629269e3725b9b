import NIOCore

/// The opening handshake of either role: a client reads any answer the same however it is cut and takes no byte behind
/// its head; a server answers any request with a well-formed head or a refusal.
func fuzzHandshake(_ input: inout FuzzInput) {
    let choice = input.choice()
    if choice & 1 == 0 {
        checkClient(input.remaining, pieceBytes: Int(choice >> 1) + 2)
    } else {
        checkServer(input.remaining)
    }
}

// MARK: Client

private func checkClient(_ answer: [UInt8], pieceBytes: Int) {
    let whole = ClientRun(answer, pieceBytes: max(1, answer.count))
    for pieceBytes in [1, pieceBytes] {
        let pieces = ClientRun(answer, pieceBytes: pieceBytes)
        mustHold(pieces.agreement == whole.agreement, "another agreement in pieces of \(pieceBytes)")
        mustHold(pieces.error == whole.error, "another error in pieces of \(pieceBytes)")
    }
    guard let agreement = whole.agreement else { return }
    mustHold(whole.takenBytes == whole.responseBytes, "bytes behind the head were taken")
    mustHold(whole.responseBytes <= ClientRun.headLimit, "a head above its limit")
    mustHold(agreement.subprotocol.map { ClientRun.subprotocols.contains($0) } ?? true, "a subprotocol unoffered")
}

private struct ClientRun {
    static let headLimit = 600
    static let subprotocols = ["pushlab.text.v1", "pushlab.binary.v1"]

    var agreement: HandshakeAgreement?
    var error: HandshakeError?
    var takenBytes = 0
    var responseBytes = 0

    init(_ answer: [UInt8], pieceBytes: Int) {
        var handshake = ClientHandshake(
            host: "a", target: "/", key: Array("the sample nonce".utf8), subprotocols: Self.subprotocols,
            deflate: DeflateParameters(), headLimit: Self.headLimit)
        for var piece in answer.pieces(of: pieceBytes) {
            let before = piece.readableBytes
            do throws(HandshakeError) {
                agreement = try handshake.receive(&piece)
            } catch {
                self.error = error
                return
            }
            takenBytes += before - piece.readableBytes
            responseBytes = handshake.responseBytes
            if agreement != nil { return }
        }
    }
}

// MARK: Server

private func checkServer(_ bytes: [UInt8]) {
    var parser = RequestParser()
    var buffer = ByteBuffer(bytes: bytes)
    guard let head = try? parser.next(from: &buffer) else { return }
    let handshake = ServerHandshake(subprotocols: ClientRun.subprotocols, deflate: DeflateParameters())
    do throws(HandshakeRefusal) {
        checkAcceptance(try handshake.accept(head), head.headerFields)
    } catch {
        mustHold([400, 405, 426].contains(error.status), "a refusal with \(error.status)")
        mustHold(!error.reason.isEmpty, "a refusal without a reason")
    }
}

private func checkAcceptance(_ acceptance: HandshakeAcceptance, _ fields: HeaderFields) {
    guard let answer = try? ResponseHead(parsing: acceptance.responseHead) else {
        fatalError("the answer is no HTTP")
    }
    let key = fields.single("Sec-WebSocket-Key") ?? ""
    mustHold(answer.status == 101, "the answer is \(answer.status)")
    mustHold(answer.fields.single("Sec-WebSocket-Accept") == AcceptKey.answering(key), "the key is not answered")
    mustHold(answer.fields.single("Sec-WebSocket-Protocol") == acceptance.agreement.subprotocol, "another subprotocol")
    // Whoever wishes for nothing in particular must be able to read what was agreed.
    let extensions = ExtensionElement.list(answer.fields.values("Sec-WebSocket-Extensions")) ?? []
    mustHold(extensions.count == (acceptance.agreement.deflate == nil ? 0 : 1), "extensions that were not agreed on")
    guard let response = extensions.first.flatMap(DeflateElement.init) else { return }
    mustHold(
        DeflateParameters().agreement(confirmedBy: response) == acceptance.agreement.deflate,
        "the answer says otherwise")
}
