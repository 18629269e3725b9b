import Foundation
import Glibc
import Testing

@testable import Host

@Suite("Paths that --out accepts")
struct OutputPathTests {
    @Test(
        "the parent folder of a path",
        arguments: [
            ("out", "."), ("out/", "."), ("a/out", "a"), ("a/out//", "a"), ("/out", "/"), ("/a/b", "/a"), ("/", "/"),
            ("", "."),
        ])
    func parents(path: String, parent: String) {
        #expect(OutputPath.parent(of: path) == parent)
    }

    @Test("an empty path, an existing one, a dangling link and one without a parent folder are refused")
    func refusals() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path
        try FileManager.default.createSymbolicLink(atPath: "\(path)/link", withDestinationPath: "\(path)/nowhere")
        try Data("x".utf8).write(to: folder.appendingPathComponent("file"))

        #expect(throws: Never.self) { try OutputPath.checkIsNew("\(path)/out") }
        #expect(throws: OutputFault.empty) { try OutputPath.checkIsNew("") }
        #expect(throws: OutputFault.exists(path)) { try OutputPath.checkIsNew(path) }
        #expect(throws: OutputFault.exists("\(path)/link")) { try OutputPath.checkIsNew("\(path)/link") }
        #expect(throws: OutputFault.noFolder("\(path)/a/b", parent: "\(path)/a")) {
            try OutputPath.checkIsNew("\(path)/a/b")
        }
        #expect(throws: OutputFault.noFolder("\(path)/file/b", parent: "\(path)/file")) {
            try OutputPath.checkIsNew("\(path)/file/b")
        }
        // The mode of a folder does not restrict root.
        guard geteuid() != 0 else { return }
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: path)
        #expect(throws: OutputFault.self) { try OutputPath.checkIsNew("\(path)/out") }
    }

    @Test("a folder that takes no new entries is the reason, not a missing path", .enabled(if: geteuid() == 0))
    func refusingFolder() {
        func sentence(_ create: () throws(FileFault) -> Void) -> String? {
            do throws(FileFault) { try create() } catch { return error.description }
            return nil
        }
        let expected = "/proc/foo cannot be created: /proc takes no new files or folders"
        #expect(sentence { () throws(FileFault) in try AtomicFile.makeFolder("/proc/foo") } == expected)
        #expect(sentence { () throws(FileFault) in try AtomicFile.write("x", to: "/proc/foo") } == expected)
        #expect(sentence { () throws(FileFault) in _ = try RecordingWriter("/proc/foo") } == expected)
        let missing = sentence { () throws(FileFault) in try AtomicFile.makeFolder("/nowhere/foo") }
        #expect(missing == "/nowhere/foo does not exist: /nowhere is not a folder")
    }

    @Test("only an earlier file of the same command is replaced")
    func replacing() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, contents) in [("own", "<?xml a"), ("empty", ""), ("other", "<?xmk"), ("short", "<?x")] {
            try Data(contents.utf8).write(to: folder.appendingPathComponent(name))
        }
        func check(_ name: String) throws {
            try OutputPath.checkFile("\(folder.path)/\(name)", of: "--junit", replacing: ["<?xml "])
        }
        for name in ["own", "empty", "new"] { #expect(throws: Never.self) { try check(name) } }
        for name in ["other", "short"] {
            let fault = #expect(throws: OutputFileFault.self) { try check(name) }
            #expect(fault?.description.contains("exists and was not written by --junit; it was not touched") == true)
        }
        #expect(throws: Never.self) { try OutputPath.checkFile("/dev/null", of: "--junit", replacing: ["<?xml "]) }
    }

    @Test("the sentences name the path and what is allowed")
    func sentences() {
        #expect("\(OutputFault.empty)".hasPrefix("--out is empty; allowed is "))
        #expect("\(OutputFault.exists("x"))".contains("--out is x, which exists already; nothing in it was touched"))
        #expect("\(OutputFault.noFolder("a/b", parent: "a"))".hasPrefix("--out is a/b, but a is not a folder; create"))
    }
}
