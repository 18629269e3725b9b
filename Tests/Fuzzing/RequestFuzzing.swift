import NIOCore

/// HTTP/1 request heads: any bytes give the same heads and the same fault however they are cut, and every part of a
/// head lies within it.
func fuzzRequest(_ input: inout FuzzInput) {
    let pieceBytes = Int(input.choice()) + 2
    let bytes = input.remaining
    let whole = RequestRun(bytes, pieceBytes: max(1, bytes.count))
    // A byte at a time is slow where heads are long, and finds nothing there.
    for pieceBytes in [bytes.count > 2_000 ? 61 : 1, pieceBytes] {
        let pieces = RequestRun(bytes, pieceBytes: pieceBytes)
        mustHold(pieces.heads == whole.heads, "other heads in pieces of \(pieceBytes)")
        mustHold(pieces.fault == whole.fault, "another fault in pieces of \(pieceBytes)")
    }
    mustHold(whole.heads.reduce(0) { $0 + $1.count } <= bytes.count, "heads longer than what was received")
}

private struct RequestRun {
    var heads: [[UInt8]] = []
    var fault: RequestFault?

    init(_ bytes: [UInt8], pieceBytes: Int) {
        var parser = RequestParser()
        var buffer = ByteBuffer()
        for piece in bytes.pieces(of: pieceBytes) {
            buffer.writeImmutableBuffer(piece)
            do throws(RequestFault) {
                while let head = try parser.next(from: &buffer) { take(head) }
            } catch {
                fault = error
                mustHold((400...505).contains(error.status.rawValue) && !error.sentence.isEmpty, "no clear refusal")
                return
            }
            mustHold(buffer.readableBytes <= RequestParser.maximumHeadBytes, "an endless head is kept")
        }
    }

    private mutating func take(_ head: RequestHead) {
        let bytes = 0..<head.bytes.readableBytes
        mustHold(bytes.count <= RequestParser.maximumHeadBytes, "a head above its limit")
        for range in [head.path, head.query] + head.fields.flatMap({ [$0.name, $0.value] }) {
            mustHold(range.clamped(to: bytes) == range, "a part of the head lies outside it")
        }
        mustHold((0..<1_000_000_000_000_000).contains(head.contentLength), "a length above 15 digits")
        heads.append(head.bytes.array)
    }
}
