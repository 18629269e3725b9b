import Codecs

/// The challenge of a hixie-76 client, which only a server that implements the protocol can answer: two keys in the
/// header fields, and eight bytes after the header section.
struct HixieChallenge: Sendable, Equatable {
    /// Bytes after the request's header section.
    static let tailBytes = 8
    /// Bytes of the answer, after the response's header section.
    static let answerBytes = 16

    let key1: HixieKey
    let key2: HixieKey
    let tail: [UInt8]

    init(key1: HixieKey, key2: HixieKey, tail: [UInt8]) {
        precondition(tail.count == Self.tailBytes, "hixie-76 needs eight bytes after the header section")
        (self.key1, self.key2, self.tail) = (key1, key2, tail)
    }

    init(using random: inout some RandomNumberGenerator) {
        let (key1, key2) = (HixieKey(using: &random), HixieKey(using: &random))
        let bits: UInt64 = random.next()
        let tail = (0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) }
        self.init(key1: key1, key2: key2, tail: tail)
    }

    /// MD5 of both numbers, big-endian, followed by the eight bytes (§5.2).
    var answer: [UInt8] {
        let numbers = [key1.number, key2.number].flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
        }
        return MD5.digest(numbers + tail)
    }
}
