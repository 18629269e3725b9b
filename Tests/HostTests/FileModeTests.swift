import Foundation
import Glibc
import Host
import Testing

@Suite("Permissions of a file")
struct FileModeTests {
    @Test(
        "a file that group or others may read is open to others",
        arguments: [(0o600, "600", false), (0o640, "640", true), (0o604, "604", true), (0o007, "007", true)]
            as [(UInt32, String, Bool)])
    func modes(mode: UInt32, text: String, isOpen: Bool) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        defer { unlink(path) }
        #expect(chmod(path, mode) == 0)
        let read = try #require(FileMode(path))
        #expect((read.text, read.isOpenToOthers) == (text, isOpen))
    }

    @Test("a missing file has none")
    func missing() {
        #expect(FileMode("/nowhere/token") == nil)
    }
}
