import NIOCore

/// Fuzzes the headers of HTTP/1 requests. How the bytes are cut changes neither the requests nor the error, and every
/// part of a request lies within its bytes.
func fuzzRequest(_ input: inout FuzzInput) {
    let pieceBytes = Int(input.choice()) + 2
    let bytes = input.remaining
    let whole = RequestRun(bytes, pieceBytes: max(1, bytes.count))
    // One byte at a time is slow with long headers and finds nothing there.
    for pieceBytes in [bytes.count > 2_000 ? 61 : 1, pieceBytes] {
        let pieces = RequestRun(bytes, pieceBytes: pieceBytes)
        mustHold(pieces.requests == whole.requests, "the requests differ in pieces of \(pieceBytes) B")
        mustHold(pieces.fault == whole.fault, "the error differs in pieces of \(pieceBytes) B")
    }
    mustHold(whole.requests.reduce(0) { $0 + $1.count } <= bytes.count, "the requests are longer than the input")
}

private struct RequestRun {
    var requests: [[UInt8]] = []
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
                mustHold((400...505).contains(error.status.rawValue), "the refusal has status \(error.status)")
                mustHold(!error.sentence.isEmpty, "the refusal has no sentence")
                return
            }
            mustHold(
                buffer.readableBytes <= RequestParser.maximumHeadBytes, "the parser buffers headers beyond the limit")
        }
    }

    private mutating func take(_ head: RequestHead) {
        let bytes = 0..<head.bytes.readableBytes
        mustHold(bytes.count <= RequestParser.maximumHeadBytes, "the headers exceed their limit")
        for range in [head.path, head.query] + head.fields.flatMap({ [$0.name, $0.value] }) {
            mustHold(range.clamped(to: bytes) == range, "a part of the request lies outside its bytes")
        }
        mustHold((0..<1_000_000_000_000_000).contains(head.contentLength), "a content length has more than 15 digits")
        requests.append(head.bytes.array)
    }
}
