import NIOCore

/// Fuzzes the opening handshake of either role. How a response is cut does not change what the client reads, and the
/// client takes no bytes after the headers; a server answers any request with well-formed headers or a refusal.
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
        mustHold(pieces.agreement == whole.agreement, "the agreement differs in pieces of \(pieceBytes) B")
        mustHold(pieces.error == whole.error, "the error differs in pieces of \(pieceBytes) B")
    }
    guard let agreement = whole.agreement else { return }
    mustHold(whole.takenBytes == whole.responseBytes, "the client took bytes after the headers")
    mustHold(whole.responseBytes <= ClientRun.headLimit, "the headers exceed their limit")
    mustHold(
        agreement.subprotocol.map { ClientRun.subprotocols.contains($0) } ?? true, "a subprotocol that was not offered")
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
        fatalError("the response is not HTTP")
    }
    let key = fields.single("Sec-WebSocket-Key") ?? ""
    mustHold(answer.status == 101, "the status is \(answer.status)")
    let accept = answer.fields.single("Sec-WebSocket-Accept")
    mustHold(accept == AcceptKey.answering(key), "Sec-WebSocket-Accept does not match the key")
    let subprotocol = answer.fields.single("Sec-WebSocket-Protocol")
    mustHold(subprotocol == acceptance.agreement.subprotocol, "the response names another subprotocol")
    // A client with default parameters must be able to read the agreed extension.
    let extensions = ExtensionElement.list(answer.fields.values("Sec-WebSocket-Extensions")) ?? []
    let agreedCount = acceptance.agreement.deflate == nil ? 0 : 1
    mustHold(extensions.count == agreedCount, "the response has \(extensions.count) extensions, not \(agreedCount)")
    guard let response = extensions.first.flatMap(DeflateElement.init) else { return }
    mustHold(
        DeflateParameters().agreement(confirmedBy: response) == acceptance.agreement.deflate,
        "the response has other parameters than the agreement")
}
