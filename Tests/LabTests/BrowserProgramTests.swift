import LoadGenerator
import Testing

@testable import Lab

@Suite("Browsers as clients: programs and profiles")
struct BrowserProgramTests {
    @Test(
        "the version is read from what each browser prints",
        arguments: [
            ("Chromium 131.0.6778.85 built on Debian GNU/Linux 12 (bookworm)\n", "131.0.6778.85"),
            ("Mozilla Firefox 128.5.0esr\n", "128.5.0esr"), ("", ""), ("no version\n", ""),
        ])
    func version(printed: String, version: String) {
        #expect(BrowserProgram.version(in: printed) == version)
    }

    @Test(
        "Chromium says in two lines where it listens",
        arguments: [
            ("40123\n/devtools/browser/ab-12", 40_123, "/devtools/browser/ab-12"), ("40123", nil, nil),
            ("40123\n", nil, nil), ("x\n/y", nil, nil), ("0\n/y", nil, nil), ("70000\n/y", nil, nil), ("", nil, nil),
            ("1\ny", nil, nil),
        ] as [(String, Int?, String?)])
    func chromium(file: String, port: Int?, path: String?) {
        let endpoint = BrowserProgram(kind: .chromium).endpoint(in: file)
        #expect(endpoint?.port == port && endpoint?.path == path)
    }

    @Test(
        "Firefox says it in JSON",
        arguments: [
            (#"{"ws_host":"127.0.0.1","ws_port":9222}"#, 9_222), (#"{"ws_port":0}"#, nil), (#"{"ws_port":"1"}"#, nil),
            ("{", nil), ("", nil),
        ] as [(String, Int?)])
    func firefox(file: String, port: Int?) {
        let endpoint = BrowserProgram(kind: .firefox).endpoint(in: file)
        #expect(endpoint?.port == port)
        #expect(endpoint?.path == port.map { _ in "/session" })
    }

    @Test("each browser has a new profile, a free port, and no window", arguments: BrowserKind.allCases)
    func arguments(kind: BrowserKind) {
        let program = BrowserProgram(kind: kind)
        let words = program.arguments(profile: "/tmp/p", isRoot: false)
        #expect(words.contains { $0.hasPrefix("--headless") })
        #expect(words.contains { $0.hasSuffix("/tmp/p") })
        #expect(words.joined(separator: " ").contains("--remote-debugging-port=0") == (kind == .chromium))
        #expect(words.joined(separator: " ").contains("--remote-debugging-port 0") == (kind == .firefox))
        #expect(!words.contains("--no-sandbox"))
        #expect(program.arguments(profile: "/tmp/p", isRoot: true).contains("--no-sandbox") == (kind == .chromium))
        #expect((program.profileFiles["user.js"] != nil) == (kind == .firefox))
    }

    @Test("a browser that is not there is named with its package")
    func missing() {
        #expect(
            "\(BrowserMissing(kind: .firefox, package: "firefox-esr"))"
                == "firefox is not installed; install the Debian package firefox-esr")
    }
}
