import NIOCore

/// Fuzzes permessage-deflate. Any bytes inflate to a message within the limit or fail; a deflated message inflates to
/// itself, with every window, message after message; a damaged message never traps.
func fuzzDeflate(_ input: inout FuzzInput) {
    let choice = input.choice()
    let bits = 8 + Int(choice & 7)
    let forgets = choice & 8 != 0
    if choice & 16 == 0 {
        checkInflating(&input, bits: bits, forgets: forgets)
    } else {
        checkRoundTrip(&input, bits: bits, forgets: forgets, isDamaged: choice & 32 != 0)
    }
}

/// Inflates messages of an untrusted peer; the result must survive our own deflater.
private func checkInflating(_ input: inout FuzzInput, bits: Int, forgets: Bool) {
    let inflater = Inflater(windowBits: bits, forgetsContext: forgets)
    let pair = RoundTrip(bits: bits, forgets: forgets)
    let limitChoice = Int(input.choice())
    let limit = limitChoice < 128 ? limitChoice + 1 : limitChoice << 9
    for _ in 0..<4 {
        let payload = input.bytes(Int(input.choice()) * 4)
        guard let message = try? inflater.inflate(ByteBuffer(bytes: payload), limit: limit) else { return }
        mustHold(message.readableBytes <= limit, "a message exceeds the limit")
        pair.check(message)
    }
}

private func checkRoundTrip(_ input: inout FuzzInput, bits: Int, forgets: Bool, isDamaged: Bool) {
    let pair = RoundTrip(bits: bits, forgets: forgets)
    let (place, flip) = isDamaged ? (Int(input.choice()), input.choice()) : (0, 0)
    for _ in 0..<4 {
        let once = input.bytes(Int(input.choice()) * 4)
        let repeats = Int(input.choice() & 31)
        pair.check(ByteBuffer(bytes: (0...repeats).flatMap { _ in once }))
    }
    if isDamaged { pair.inflateDamaged(ByteBuffer(bytes: input.remaining), place: place, flip: flip) }
}

private struct RoundTrip {
    let deflater: Deflater
    let inflater: Inflater

    init(bits: Int, forgets: Bool) {
        deflater = Deflater(windowBits: bits, forgetsContext: forgets, effort: DeflateEffort(level: 6, memoryLevel: 1))
        inflater = Inflater(windowBits: bits, forgetsContext: forgets)
    }

    func check(_ message: ByteBuffer) {
        let again = try? inflater.inflate(deflater.deflate(message), limit: max(1, message.readableBytes))
        mustHold(again == message, "a message changes when it is deflated and inflated")
    }

    func inflateDamaged(_ message: ByteBuffer, place: Int, flip: UInt8) {
        var deflated = deflater.deflate(message).array
        deflated[place % deflated.count] ^= flip
        _ = try? inflater.inflate(ByteBuffer(bytes: deflated), limit: 1 << 20)
    }
}
