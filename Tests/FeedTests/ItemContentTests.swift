import Codecs
import Foundation
import NIOCore
import Testing

@testable import Feed

@Suite("The content of synthetic items")
struct ItemContentTests {
    @Test(
        "every item has exactly its size, a readable header, and the same bytes for the same seed",
        arguments: ItemContent.allCases, [20, 21, 33, 128, 5_000])
    func sizes(content: ItemContent, bytes: Int) {
        let first = items(content, bytes: bytes, seed: 3)
        #expect(first == items(content, bytes: bytes, seed: 3))
        #expect(first != items(content, bytes: bytes, seed: 4))
        for item in first {
            #expect(item.bytes.readableBytes == bytes)
            for form in [item.text, item.bytes] {
                let header = form.withUnsafeReadableBytes { ItemText.header(of: $0) }
                #expect(header?.sequence == item.sequence && header?.dueMicroseconds == item.dueMicroseconds)
            }
        }
    }

    @Test("due times do not depend on the content")
    func dueTimes() {
        let dues = Set(ItemContent.allCases.map { items($0, bytes: 64, seed: 5).map(\.dueMicroseconds) })
        #expect(dues.count == 1)
    }

    @Test("JSON is valid, and little of it changes", arguments: [22, 30, 50, 64, 128, 129, 1_000])
    func telemetry(bytes: Int) throws {
        var before: [UInt8] = []
        for item in items(.json, bytes: bytes, seed: 1) {
            let data = data(of: item.text)
            _ = try JSONSerialization.jsonObject(with: Data(data), options: .fragmentsAllowed)
            // Four digits of a quarter of the readings at most, unless the header grew by a digit.
            if data.count == before.count {
                #expect(zip(data, before).count { $0 != $1 } <= max(4, data.count / 13 + 4))
            }
            before = data
        }
    }

    @Test("text is English words and compresses like prose")
    func english() {
        let items = items(.text, bytes: 1_000, seed: 1)
        let text = String(decoding: items.flatMap { data(of: $0.text) }, as: UTF8.self)
        #expect(text.contains("the ") && text.allSatisfy { $0.isASCII && ($0.isLetter || " .,".contains($0)) })
        let ratio = Double(compressed(Array(text.utf8))) / Double(text.utf8.count)
        #expect((0.3...0.5).contains(ratio), "\(ratio)")
    }

    @Test("random bytes do not compress; their text form is Base64, their binary form the bytes")
    func randomBytes() throws {
        let items = items(.random, bytes: 1_000, seed: 1)
        let all = items.flatMap { data(of: $0.bytes) }
        #expect(compressed(all) >= all.count)
        #expect(String(validating: all, as: UTF8.self) == nil)
        for item in items {
            let data = data(of: item.bytes)
            #expect(Base64.decode(String(decoding: self.data(of: item.text), as: UTF8.self)) == data)
            #expect(Array(ItemBinary.encoded(item).readableBytesView.dropFirst(16)) == data)
        }
    }

    @Test("items of another size follow after a change", arguments: ItemContent.allCases)
    func resize(content: ItemContent) {
        var feed = generator(content, bytes: 64, seed: 1)
        _ = feed.next()
        for bytes in [1_000, 20] {
            feed.resize(payloadBytes: bytes)
            #expect(feed.next().bytes.readableBytes == bytes)
        }
    }

    private func generator(_ content: ItemContent, bytes: Int, seed: UInt64) -> FeedGenerator {
        FeedGenerator(payloadBytes: bytes, period: .milliseconds(10), arrivals: .constant, content: content, seed: seed)
    }

    private func items(_ content: ItemContent, bytes: Int, seed: UInt64) -> [FeedItem] {
        var feed = generator(content, bytes: bytes, seed: seed)
        return (0..<50).map { _ in feed.next() }
    }

    private func data(of form: ByteBuffer) -> [UInt8] {
        Array(
            form.readableBytesView.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)[
                2])
    }

    private func compressed(_ bytes: [UInt8]) -> Int {
        DeflateStream.compress(ByteBuffer(bytes: bytes), .gzip, level: 6).readableBytes
    }
}
