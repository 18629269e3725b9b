import ArgumentParser
import LoadGenerator
import Scenario
import Testing

@testable import pushlab

@Suite("Pages of a browser as clients of load")
struct BrowserOptionTests {
    private static let needed = ["--url", "http://127.0.0.1:1", "--clients", "2", "--transport"]

    @Test("the variant names the browser, and then the options", arguments: BrowserKind.allCases)
    func variant(kind: BrowserKind) throws {
        let words = Self.needed + ["short-poll", "--browser", kind.rawValue, "--interval", "250ms"]
        let command = try LoadCommand.parse(words)
        #expect(command.browser.kind == kind)
        #expect(try command.transportUse().id == "short-poll_browser-\(kind.rawValue)")
    }

    @Test(
        "what pages cannot do is refused",
        arguments: [
            (["sse", "--browser", "opera"], "--browser is \"opera\"; allowed chromium, firefox"),
            (["raw-tcp", "--browser", "firefox"], "--transport is raw-tcp, which pages cannot use; remove --browser"),
            (
                ["sse", "--browser", "firefox", "--clients", "21"],
                "--clients is 21; with --browser firefox allowed 1 to 20, because each client is a page"
            ),
            (["sse", "--browser", "chromium", "--url", "https://h:1"], "--url begins with https://; with --browser"),
            (["websocket", "--browser", "chromium", "--seeded-masks"], "--seeded-masks does not apply: the browser"),
            (["sse", "--browser", "chromium", "--proxy", "http://h:1"], "--proxy does not apply: with --browser"),
            (
                ["websocket", "--browser", "chromium", "--option", "deflate=off"],
                "deflate is decided by the browser; with --browser chromium allowed interval, hold"
            ),
        ])
    func refused(options: [String], sentence: String) {
        let refusal = Parsing.refusal(["load"] + Self.needed + options)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("\n") == false)
    }
}
