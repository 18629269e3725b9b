import Testing

@testable import WebSocketDrafts

@Suite("The challenge of hixie-76")
struct HixieKeyTests {
    /// Examples of the draft: §1.2 and §1.3, §5.2.
    @Test(
        "the draft's example challenges have the draft's answers",
        arguments: [
            (
                "18x 6]8vM;54 *(5:  {   U1]8  z [  8", "1_ tx7X d  <  nw  334J702) 7]o}` 0", "Tm[K T2u",
                "fQJ,fN/4F4!~K~MH"
            ),
            ("4 @1  46546xW%0l 1 5", "12998 5 Y3 1  .P00", "^n:ds[4U", "8jKS'y:G*Co,Wxa-"),
        ])
    func answers(key1: String, key2: String, tail: String, answer: String) throws {
        let challenge = HixieChallenge(
            key1: try #require(HixieKey(reading: key1)), key2: try #require(HixieKey(reading: key2)),
            tail: Array(tail.utf8))
        #expect(String(decoding: challenge.answer, as: UTF8.self) == answer)
    }

    @Test(
        "a key's number is its digits divided by its number of spaces",
        arguments: [
            ("18x 6]8vM;54 *(5:  {   U1]8  z [  8", 155_712_099), ("1_ tx7X d  <  nw  334J702) 7]o}` 0", 173_347_027),
            ("x 0", 0), ("4 294967295", 4_294_967_295), ("4 294967295 ", nil), ("4294967295 6", nil),
            ("99999999999999999999999 9", nil), ("12345", nil), ("   ", nil), ("", nil), ("1 2 3", nil),
            ("garbage!", nil), ("1\u{a0}2", nil),
        ] as [(String, UInt32?)])
    func numbers(text: String, number: UInt32?) {
        #expect(HixieKey(reading: text)?.number == number)
    }

    @Test("a generated key gives its number back, and has spaces neither first nor last")
    func roundTrip() {
        var random = Counter(state: 1)
        for _ in 0..<2_000 {
            let key = HixieKey(using: &random)
            #expect(HixieKey(reading: key.text) == key)
            #expect(key.text.first != " " && key.text.last != " ")
            let spaces = key.text.count { $0 == " " }
            let digits = key.text.count { $0.isNumber }
            #expect((1...12).contains(spaces) && (1...12).contains(key.text.count - spaces - digits))
            #expect(key.text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        }
    }
}

/// A deterministic generator: a mixed Weyl sequence. Any generator would do.
struct Counter: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return (state ^ state >> 31) &* 0xBF58_476D_1CE4_E5B9
    }
}
