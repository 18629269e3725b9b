/// What a client draws its handshake key and its mask keys from: 256 bits.
///
/// RFC 6455 §5.3 and §10.3 want keys that nobody can foresee who chose the payload or has seen earlier keys, so the
/// driver takes the secret from the system. One made from a seed is for replays and tests only.
package struct ClientSecret: Sendable, Hashable {
    let words: SIMD8<UInt32>

    init(words: SIMD8<UInt32>) {
        self.words = words
    }

    package init(using generator: inout some RandomNumberGenerator) {
        var words = SIMD8<UInt32>()
        for index in words.indices { words[index] = UInt32(truncatingIfNeeded: generator.next()) }
        self.words = words
    }

    /// A secret that others can guess.
    package init(seed: UInt64) {
        var words = SIMD8<UInt32>()
        words[0] = UInt32(truncatingIfNeeded: seed)
        words[1] = UInt32(truncatingIfNeeded: seed &>> 32)
        self.words = words
    }
}

/// Draws mask keys from a secret by ChaCha20: earlier keys do not tell later ones. A key costs some 30 ns; asking the
/// system for each would cost 500.
///
/// A block gives sixteen keys. It lies on the heap, so that a server, which draws none, carries none.
package struct MaskKeySource: Sendable {
    private let secret: ClientSecret
    private var block: [UInt32] = []
    private var usedWords = 0
    private var blocks: UInt64 = 0

    package init(_ secret: ClientSecret) {
        self.secret = secret
    }

    /// For replays and tests.
    package init(seed: UInt64) {
        self.init(ClientSecret(seed: seed))
    }

    /// Takes the secret from any generator.
    package init(using generator: inout some RandomNumberGenerator) {
        self.init(ClientSecret(using: &generator))
    }

    package mutating func next() -> MaskKey {
        MaskKey(littleEndian: nextWord())
    }

    /// The 16 bytes that `Sec-WebSocket-Key` encodes (RFC 6455 §4.1).
    package mutating func nextHandshakeKey() -> [UInt8] {
        (0..<4).flatMap { _ in
            let word = nextWord()
            return (0..<4).map { UInt8(truncatingIfNeeded: word &>> ($0 * 8)) }
        }
    }

    private mutating func nextWord() -> UInt32 {
        if usedWords == block.count { refill() }
        defer { usedWords &+= 1 }
        return block[usedWords]
    }

    private mutating func refill() {
        let words = ChaCha20.block(
            key: secret.words, counter: UInt32(truncatingIfNeeded: blocks),
            nonce: SIMD3(UInt32(truncatingIfNeeded: blocks &>> 32), 0, 0))
        if block.isEmpty { block = Array(repeating: 0, count: ChaCha20.blockWords) }
        for index in words.indices { block[index] = words[index] }
        blocks &+= 1
        usedWords = 0
    }
}
