import Testing

@testable import WebSocketProtocol

@Suite("Source of mask keys, RFC 6455 §5.3 and §10.3")
struct MaskKeySourceTests {
    private static let counting = MaskKeySource { block, words in
        for index in words.indices { words[index] = UInt32(block) << 16 | UInt32(index) }
    }

    @Test("keys are the words of consecutive blocks")
    func keys() {
        var keys = Self.counting
        let drawn = (0..<130).map { _ in keys.next().littleEndian }
        #expect(drawn == [UInt32](0..<64) + [UInt32](0x1_0000..<0x1_0040) + [0x2_0000, 0x2_0001])
    }

    @Test("a handshake key consumes four words, which are not used for mask keys")
    func handshakeKey() {
        var keys = Self.counting
        #expect(keys.nextHandshakeKey() == [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
        #expect(keys.next().littleEndian == 4)
    }

    @Test("the same seed gives the same keys, without repeats; another seed gives other keys")
    func seeds() {
        let first = Self.keys(seed: 3)
        #expect(Self.keys(seed: 3) == first)
        #expect(Set(first).count == first.count)
        #expect(Set(first).isDisjoint(with: Self.keys(seed: 4)))
    }

    @Test("a copy gives the same keys and does not affect the original")
    func copies() {
        var original = MaskKeySource(seed: 3)
        _ = original.next()
        var copy = original
        let ofCopy = (0..<140).map { _ in copy.next() }
        #expect((0..<140).map { _ in original.next() } == ofCopy)
    }

    private static func keys(seed: UInt64) -> [MaskKey] {
        var keys = MaskKeySource(seed: seed)
        return (0..<140).map { _ in keys.next() }
    }
}
