import NIOCore
import Testing

@testable import WebSocketProtocol

@Suite("Where mask keys come from, RFC 6455 §5.3 and §10.3")
struct MaskKeySourceTests {
    @Test("the block function gives RFC 8439 §2.3.2's key stream")
    func referenceBlock() {
        let key = SIMD8<UInt32>(
            0x0302_0100, 0x0706_0504, 0x0b0a_0908, 0x0f0e_0d0c, 0x1312_1110, 0x1716_1514, 0x1b1a_1918, 0x1f1e_1d1c)
        let block = ChaCha20.block(key: key, counter: 1, nonce: SIMD3(0x0900_0000, 0x4a00_0000, 0))
        #expect(
            block
                == SIMD16<UInt32>(
                    0xe4e7_f110, 0x1559_3bd1, 0x1fdd_0f50, 0xc471_20a3, 0xc7f4_d1c7, 0x0368_c033, 0x9aaa_2204,
                    0x4e6c_d4c3, 0x4664_82d2, 0x09aa_9f07, 0x05d7_c214, 0xa202_8bd9, 0xd19c_12b5, 0xb94e_16de,
                    0xe883_d0cb, 0x4e3c_50a2))
    }

    @Test("keys are the stream's words, block after block")
    func stream() {
        // RFC 8439 A.1, vectors 1 and 2: the key 0, blocks 0 and 1.
        var keys = MaskKeySource(ClientSecret(words: SIMD8(repeating: 0)))
        let words = (0..<18).map { _ in keys.next().littleEndian.byteSwapped }
        #expect(words[0...3] == [0x76b8_e0ad, 0xa0f1_3d90, 0x405d_6ae5, 0x5386_bd28])
        #expect(words[16...17] == [0x9f07_e7be, 0x5551_387a])
    }

    @Test("a handshake key takes four words of the stream, which no mask key is then made of")
    func handshakeKey() {
        var keys = MaskKeySource(ClientSecret(words: SIMD8(repeating: 0)))
        #expect(
            keys.nextHandshakeKey()
                == [
                    0x76, 0xb8, 0xe0, 0xad, 0xa0, 0xf1, 0x3d, 0x90, 0x40, 0x5d, 0x6a, 0xe5, 0x53, 0x86, 0xbd, 0x28,
                ])
        #expect(keys.next().littleEndian.byteSwapped == 0xbdd2_19b8)
    }

    @Test("all 256 bits of a generator are taken")
    func wholeSecret() {
        struct Counting: RandomNumberGenerator {
            var drawn: UInt64 = 0
            mutating func next() -> UInt64 {
                drawn += 1
                return drawn
            }
        }
        var generator = Counting()
        #expect(ClientSecret(using: &generator).words == SIMD8(1, 2, 3, 4, 5, 6, 7, 8))
    }

    @Test("two sources of the system's never gave the same keys")
    func systemSecrets() {
        var system = SystemRandomNumberGenerator()
        var (first, second) = (MaskKeySource(using: &system), MaskKeySource(using: &system))
        #expect((0..<4).map { _ in first.next() } != (0..<4).map { _ in second.next() })
    }

    @Test("a copy draws the same keys and leaves the original's alone")
    func copies() {
        var original = MaskKeySource(seed: 3)
        _ = original.next()
        var copy = original
        let ofCopy = (0..<40).map { _ in copy.next() }
        #expect((0..<40).map { _ in original.next() } == ofCopy)
    }
}
