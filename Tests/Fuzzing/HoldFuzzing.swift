import NIOCore

/// Fuzzes the proxy of a simulated link that holds responses back: it passes every byte, never more than it got, and a
/// response passes at the same byte however the bytes are cut.
func fuzzHold(_ input: inout FuzzInput) {
    let choice = input.choice()
    let pieceBytes = Int(input.choice()) + 2
    let bytes = input.remaining
    if choice & 1 == 0 {
        let passed = passedBytes(bytes, .whole, pieceBytes: max(1, bytes.count))
        for pieceBytes in [1, pieceBytes] {
            let other = passedBytes(bytes, .whole, pieceBytes: pieceBytes)
            mustHold(other == passed, "\(other) B pass in pieces of \(pieceBytes) B, \(passed) B at once")
        }
    } else {
        _ = passedBytes(bytes, .bytes(Int(choice >> 1) * 8), pieceBytes: pieceBytes)
    }
}

/// Bytes that pass before the server closes the connection.
private func passedBytes(_ bytes: [UInt8], _ buffering: ResponseBuffering, pieceBytes: Int) -> Int {
    var hold = ResponseHold(buffering)
    var (passed, given) = (0, 0)
    for piece in bytes.pieces(of: pieceBytes) {
        given += piece.readableBytes
        passed += piece.withUnsafeReadableBytes { hold.take($0) }
        mustHold(passed <= given, "more bytes pass than were given")
    }
    mustHold(passed + hold.finish() == bytes.count, "bytes are lost")
    return passed
}
