/// Source of a client's handshake key and mask keys.
///
/// RFC 6455 §5.3 and §10.3 require keys that cannot be predicted from the payload or from earlier keys. So the driver
/// fills the blocks with the system's random numbers.
package struct MaskKeySource: Sendable {
    /// Words per block: 256 bytes, which one system call always returns in full.
    static let blockWords = 64

    private let fill: @Sendable (_ block: UInt64, _ words: inout [UInt32]) -> Void
    /// Allocated on first use, because a server needs no keys.
    private var words: [UInt32] = []
    private var used = 0
    private var blocks: UInt64 = 0

    /// - Parameter fill: Replaces all words of a block. Called once per block; blocks are numbered from 0.
    package init(fill: @escaping @Sendable (_ block: UInt64, _ words: inout [UInt32]) -> Void) {
        self.fill = fill
    }

    /// Predictable keys, for replays and tests.
    package init(seed: UInt64) {
        self.init { block, words in
            let start = block &* UInt64(words.count)
            for index in words.indices {
                words[index] = UInt32(truncatingIfNeeded: Self.mixed(seed, start &+ UInt64(index)))
            }
        }
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
        if used == words.count { refill() }
        defer { used &+= 1 }
        return words[used]
    }

    private mutating func refill() {
        if words.isEmpty { words = Array(repeating: 0, count: Self.blockWords) }
        fill(blocks, &words)
        blocks &+= 1
        used = 0
    }

    /// The number at an index of SplitMix64's sequence (Vigna's public-domain `splitmix64.c`).
    private static func mixed(_ seed: UInt64, _ place: UInt64) -> UInt64 {
        var number = seed &+ (place &+ 1) &* 0x9e37_79b9_7f4a_7c15
        number = (number ^ (number &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        number = (number ^ (number &>> 27)) &* 0x94d0_49bb_1331_11eb
        return number ^ (number &>> 31)
    }
}
