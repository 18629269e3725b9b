import ArgumentParser
import Arguments
import Foundation
import Glibc
import Testing
import Transports

@testable import pushlab

@Suite("The token of --bearer-file")
struct BearerFileTests {
    private func withFile<Value>(_ text: String, mode: UInt32, _ body: (String) throws -> Value) throws -> Value {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(text.utf8).write(to: URL(filePath: path))
        #expect(chmod(path, mode) == 0)
        return try body(path)
    }

    @Test(
        "it is the first line of the file",
        arguments: [("abc.DEF-1_2~3+4/5==\n", "abc.DEF-1_2~3+4/5=="), ("x\r\nsecond line\n", "x"), ("x", "x")])
    func token(text: String, token: String) throws {
        try withFile(text, mode: 0o600) { path in
            let options = try DialectOptions.parse(["--bearer-file", path])
            #expect(try options.fields() == [.init(name: "Authorization", value: "Bearer \(token)")])
            #expect(options.thirdPartyOption == nil && options.warning == nil)
        }
    }

    @Test("a wrong token is not shown", arguments: ["", "\n", "s3cret with spaces", "==", "s3cret=x"])
    func wrong(text: String) throws {
        try withFile(text, mode: 0o600) { path in
            let words = ["load", "--url", "http://h:1", "--transport", "sse", "--bearer-file", path]
            #expect(
                Parsing.refusal(words)
                    == "\(path):1: the token is not valid; allowed 1 to 8192 letters, digits and -._~+/, then any "
                    + "number of =")
        }
    }

    @Test("a file that other users can read leads to a warning")
    func warning() throws {
        try withFile("x", mode: 0o644) { path in
            let options = try DialectOptions.parse(["--bearer-file", path])
            #expect(
                options.warning
                    == "--bearer-file: other users of this machine can read \(path) (mode 644); to prevent it: chmod "
                    + "600 \(path)")
        }
    }

    @Test("with an Authorization field, one of them has to go")
    func twice() throws {
        try withFile("x", mode: 0o600) { path in
            let words = ["load", "--url", "http://h:1", "--transport", "sse", "--bearer-file", path]
            #expect(
                Parsing.refusal(words + ["--header", "Authorization: Basic eA=="])
                    == "--header Authorization and --bearer-file are both given; give one")
        }
    }
}
