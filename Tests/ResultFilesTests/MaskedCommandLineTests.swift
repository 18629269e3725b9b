import Testing

@testable import ResultFiles

@Suite("Masking of command lines")
struct MaskedCommandLineTests {
    @Test(
        "passwords in URLs and values of secret options are masked; everything else is unchanged",
        arguments: [
            (["load", "--proxy", "http://user:s3cretpw@h:9"], ["load", "--proxy", "http://user:***@h:9"]),
            (["--proxy=http://u:p@h:9", "--clients", "3"], ["--proxy=http://u:***@h:9", "--clients", "3"]),
            (["--proxy", "http://u:p/@:w@h:9"], ["--proxy", "http://u:***@h:9"]),
            (["--publish-token", "a-secret-of-mine", "--seed", "1"], ["--publish-token", "***", "--seed", "1"]),
            (["--publish-token=a-secret-of-mine"], ["--publish-token=***"]),
            (["--control-token", "--odd"], ["--control-token", "***"]),
            (["--publish-token-file", "t.txt"], ["--publish-token-file", "t.txt"]),
            (["--proxy-file", "p.txt"], ["--proxy-file", "p.txt"]),
            (["--url", "http://127.0.0.1:80"], ["--url", "http://127.0.0.1:80"]),
            (["run", "s.yaml", "--set", "question=a@b: c"], ["run", "s.yaml", "--set", "question=a@b: c"]),
            (["http://user@h"], ["http://user@h"]),
            (["--api-password"], ["--api-password"]),
            (["--cookie", "sid=1", "--clients", "3"], ["--cookie", "***", "--clients", "3"]),
            (["--header", "Authorization: Bearer x"], ["--header", "Authorization: ***"]),
            (["--header=X-API-Key:x"], ["--header=X-API-Key: ***"]),
            (["--header", "Accept: text/plain"], ["--header", "Accept: text/plain"]),
            (["--query", "room=1&access_token=x&"], ["--query", "room=1&access_token=***&"]),
            (["--path", "/ws?key=x&a=b"], ["--path", "/ws?key=***&a=b"]),
            (["--path=/ws"], ["--path=/ws"]),
            (["--bearer-file", "t.txt"], ["--bearer-file", "t.txt"]),
        ])
    func masks(words: [String], masked: [String]) {
        #expect(MaskedCommandLine.words(words) == masked)
        #expect(MaskedCommandLine.words(masked) == masked)
    }

    @Test("no command writes a secret into a manifest")
    func manifest() throws {
        let manifest = Manifest(
            runID: "r", scenario: .init(name: "load", text: "", sha256: ""), seed: 1, caseOrder: [],
            commandLine: ["pushlab", "load", "--proxy", "http://user:s3cretpw@h:9"],
            startedAt: UTCInstant(millisecondsSince1970: 0))
        #expect(!(try manifest.json()).contains("s3cretpw"))
    }
}
