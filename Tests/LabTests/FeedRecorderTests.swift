import Feed
import Foundation
import Host
import Testing

@testable import Lab

@Suite("Recording a feed")
struct FeedRecorderTests {
    @Test("a line of a response is read as an item")
    func items() throws {
        let item = try RecordedItem(Array("a,rs,some,data".utf8)[...], after: 9, notBefore: 1_000)
        #expect(item.sequence == 10)
        #expect(item.dueMicroseconds == 1_000)
        #expect(item.data == Array("some,data".utf8))
    }

    @Test(
        "a line that cannot be recorded is refused with the reason",
        arguments: [
            ("", "is not an item"), ("a,b", "is not an item"), ("a,rs", "is not an item"),
            ("9,rs,x", "item 9 when asked for items after 9"),
            ("a,rr,x", "item 10 with a due time before"), ("a,1y2p0ij32e8e7,x", "is not an item"),
            ("a,1y2p0ij32e8e8,x", "is not an item"), ("a,rs,x", nil), ("3w5e11264sgsf,rs,x", "is not an item"),
            ("3w5e11264sgsg,rs,x", "is not an item"),
        ] as [(String, String?)])
    func faults(line: String, sentence: String?) {
        do throws(RecordedItemFault) {
            _ = try RecordedItem(Array(line.utf8)[...], after: 9, notBefore: 1_000)
            #expect(sentence == nil)
        } catch {
            #expect(sentence.map { error.description.contains($0) } == true, "\(error)")
        }
    }

    @Test("the complete files appear at the end; an abandoned writer leaves no file")
    func writer() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
        let path = folder.appendingPathComponent("feed").path
        do {
            let writer = try RecordingWriter(path)
            try writer.append(ItemLine(Array("lost".utf8)), due: 1)
            #expect(try names() == ["feed.partial"])
        }
        #expect(try names() == [])
        let writer = try RecordingWriter(path)
        for number in 1...3 { try writer.append(ItemLine(Array("line \(number)".utf8)), due: Int64(100 * number)) }
        try writer.finish()
        #expect(try names() == ["feed", "feed.due"])
        let recording = try RecordingFile.load(path)
        #expect(recording.lines.map { String(decoding: $0, as: UTF8.self) } == ["line 1", "line 2", "line 3"])
        #expect(recording.dues == [100, 200, 300])
        let fault = #expect(throws: FileFault.self) { _ = try RecordingWriter(path) }
        #expect(fault?.errorNumber == 17)
    }

    @Test("a recording without items has no due times")
    func empty() {
        #expect(Recording.dueText([]) == "")
        #expect(Recording.dueText([500]) == "0\n")
        #expect(Recording.dueText([500, 700, 800]) == "150\n350\n450\n")
    }
}
