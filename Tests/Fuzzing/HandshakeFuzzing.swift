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
        mustHold(pieces.outcome == whole.outcome, "another outcome in pieces of \(pieceBytes)")
        mustHold(pieces.error == whole.error, "another error in pieces of \(pieceBytes)")
    }
    guard let outcome = whole.outcome else { return }
    mustHold(whole.takenBytes == outcome.responseBytes, "bytes behind the head were taken")
    mustHold(outcome.responseBytes <= ClientRun.headLimit, "a head above its limit")
    mustHold(outcome.subprotocol.map { ClientRun.subprotocols.contains($0) } ?? true, "a subprotocol unoffered")
}

private struct ClientRun {
    static let headLimit = 600
    static let subprotocols = ["pushlab.text.v1", "pushlab.binary.v1"]

    var outcome: ClientHandshake.Outcome?
    var error: HandshakeError?
    var takenBytes = 0

    init(_ answer: [UInt8], pieceBytes: Int) {
        var handshake = ClientHandshake(
            host: "a", target: "/", key: Array("the sample nonce".utf8), subprotocols: Self.subprotocols,
            deflate: DeflateParameters(), headLimit: Self.headLimit)
        for var piece in answer.pieces(of: pieceBytes) {
            let before = piece.readableBytes
            do throws(HandshakeError) {
                outcome = try handshake.receive(&piece)
            } catch {
                self.error = error
                return
            }
            takenBytes += before - piece.readableBytes
            if outcome != nil { return }
        }
    }
}

// MARK: Server

private func checkServer(_ bytes: [UInt8]) {
    var parser = RequestParser()
    var buffer = ByteBuffer(bytes: bytes)
    guard let head = try? parser.next(from: &buffer) else { return }
    let fields = head.fields.map { (name: head.text($0.name), value: head.text($0.value)) }
    let request = HandshakeRequest(
        method: head.method == .get ? "GET" : "", target: head.text(head.path),
        version: head.isHTTP10 ? "HTTP/1.0" : "HTTP/1.1", fields: fields)
    let handshake = ServerHandshake(
        subprotocols: ClientRun.subprotocols, allowedOrigins: ["http://a"], deflate: DeflateParameters())
    switch handshake.answer(request) {
    case .refused(let refusal):
        mustHold([400, 403, 405, 426].contains(refusal.status), "a refusal with \(refusal.status)")
        mustHold(!refusal.reason.isEmpty, "a refusal without a reason")
    case .accepted(let acceptance):
        checkAcceptance(acceptance, fields)
    }
}

private func checkAcceptance(_ acceptance: HandshakeAcceptance, _ fields: [(name: String, value: String)]) {
    guard let answer = try? ResponseHead(parsing: acceptance.responseHead) else {
        fatalError("the answer is no HTTP")
    }
    let key = HeaderFields(fields).single("Sec-WebSocket-Key") ?? ""
    mustHold(answer.status == 101, "the answer is \(answer.status)")
    mustHold(answer.fields.single("Sec-WebSocket-Accept") == AcceptKey.answering(key), "the key is not answered")
    mustHold(answer.fields.single("Sec-WebSocket-Protocol") == acceptance.subprotocol, "another subprotocol")
    // Whoever wishes for nothing in particular must be able to read what was agreed.
    let extensions = ExtensionElement.list(answer.fields.values("Sec-WebSocket-Extensions")) ?? []
    mustHold(extensions.count == (acceptance.deflate == nil ? 0 : 1), "extensions that were not agreed on")
    guard let response = extensions.first.flatMap(DeflateElement.init) else { return }
    mustHold(
        DeflateParameters().agreement(confirmedBy: response) == acceptance.deflate, "the answer says otherwise")
}
