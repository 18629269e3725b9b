import Codecs
import Testing

@Suite("Base64, RFC 4648")
struct Base64Tests {
    @Test(
        "the RFC's own examples (§10), both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ])
    func examples(plain: String, encoded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test("every byte value survives encoding and decoding")
    func bytes() {
        let all = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Base64.encode(all)) == all)
    }

    @Test(
        "invalid texts are rejected: bits after the last byte, spaces, misplaced padding, another alphabet",
        arguments: [
            "Zh==", "Zm9=", " Zm9v", "Zm9v\n", "Zg", "Zg=", "Z===", "====", "=", "==", "Zg==Zg==", "Zm-v", "Zm_v",
            "Zmév",
        ])
    func refused(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
