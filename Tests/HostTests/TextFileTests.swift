import Feed
import Foundation
import Testing

@testable import Host

@Suite("Files")
struct TextFileTests {
    @Test("a missing file is reported with its name and its folder")
    func missing() {
        let fault = FileFault(path: "/nowhere/feed.txt", errorNumber: ENOENT)
        #expect(throws: fault) { try TextFile.readBytes("/nowhere/feed.txt") }
        #expect(fault.description == "/nowhere/feed.txt does not exist: /nowhere is not a folder")
        #expect(TextFile.read("/nowhere/feed.txt") == nil)
    }

    @Test("a missing file leads to the closest name in its folder")
    func closest() throws {
        try withFile([]) { (path) throws in
            let written = String(path.dropLast(3)) + "tx"
            let fault = FileFault(path: written, errorNumber: ENOENT)
            #expect(fault.description == "\(written) does not exist; did you mean \(path)?")
        }
        #expect(FileFault(path: "/proc/none at all", errorNumber: ENOENT).description.hasSuffix("does not exist"))
    }

    @Test("a device that never ends is a fault, and no recording")
    func endless() {
        let fault = #expect(throws: FileFault.self) { try TextFile.readBytes("/dev/zero") }
        #expect(fault?.description == "/dev/zero is no regular file, and does not end within 64 MiB")
        let recording = #expect(throws: FileFault.self) { try RecordingFile.load("/dev/zero") }
        #expect(recording?.description == "/dev/zero is no regular file; name one that keeps its content")
    }

    @Test("a folder is not a file")
    func folder() {
        let fault = FileFault(path: "/proc", errorNumber: EISDIR)
        #expect(throws: fault) { try TextFile.readBytes("/proc") }
        #expect(fault.description == "/proc is a folder, not a file")
    }

    @Test("a file is read whole, whatever its size", arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func whole(bytes: Int) throws {
        let contents = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try withFile(contents) { (path) throws in
            #expect(try TextFile.readBytes(path) == contents)
        }
    }

    @Test("a file of /proc, which reports no size, is read whole")
    func proc() throws {
        let text = try #require(TextFile.read("/proc/self/status"))
        #expect(text.contains("\nPid:\t\(getpid())\n"))
    }

    @Test("a recording is read with and without its file of due times")
    func recording() throws {
        try withFile(Array("a\nb\n".utf8)) { (path) throws in
            #expect(try RecordingFile.load(path).dues == nil)
            try Data("1\n2\n".utf8).write(to: URL(fileURLWithPath: path + ".due"))
            defer { unlink(path + ".due") }
            #expect(try RecordingFile.load(path).dues == [1, 2])
        }
        #expect(throws: FileFault(path: "/nowhere/x", errorNumber: ENOENT)) { try RecordingFile.load("/nowhere/x") }
    }

    @Test("due times that cannot be read are an error")
    func unreadableDues() throws {
        try withFile(Array("a\n".utf8)) { (path) throws in
            mkdir(path + ".due", 0o700)
            defer { rmdir(path + ".due") }
            #expect(throws: FileFault(path: path + ".due", errorNumber: EISDIR)) { try RecordingFile.load(path) }
        }
    }

    @Test("a file is copied with another beginning", arguments: [0, 3, 200_000])
    func copied(offset: Int) throws {
        let contents = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try withFile(contents) { (path) throws in
            let target = path + ".copy"
            defer { unlink(target) }
            try AtomicFile.copy(path, from: offset, after: [1, 2], to: target)
            #expect(try TextFile.readBytes(target) == [1, 2] + contents[offset...])
            let missing = FileFault(path: path + ".none", errorNumber: ENOENT)
            #expect(throws: missing) { try AtomicFile.copy(missing.path, from: 0, after: [], to: target) }
            #expect(!AtomicFile.exists(target + ".partial"))
            let unwritable = FileFault(path: "/nowhere/x", errorNumber: ENOENT)
            #expect(throws: unwritable) { try AtomicFile.copy(path, from: 0, after: [], to: "/nowhere/x") }
        }
    }

    private func withFile(_ contents: [UInt8], _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "pushlab-\(UUID().uuidString).txt"
        try Data(contents).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        try body(path)
    }
}
