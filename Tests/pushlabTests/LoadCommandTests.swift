import ArgumentParser
import Arguments
import Foundation
import Lab
import LoadGenerator
import Measurement
import Scenario
import Testing
import Transports
import WebSocketProtocol

@testable import pushlab

@Suite("The command line of load")
struct LoadCommandTests {
    private static let needed = ["--url", "http://127.0.0.1:1", "--transport"]

    @Test("everything has a default but the address and the transport")
    func defaults() throws {
        let command = try LoadCommand.parse(Self.needed + ["websocket"])
        #expect((command.clients, command.seed) == (100, 1))
        #expect((command.duration, command.warmup) == (.seconds(10), .seconds(2)))
        #expect(!command.quiet && !command.seededMasks && command.out == nil && command.stamps == nil)
        #expect(command.url == ServerURL(host: "127.0.0.1", port: 1, encrypts: false))
        #expect(try command.transportUse().id == "websocket")
    }

    @Test("options by flags and by name make one use of the transport")
    func options() throws {
        let words = Self.needed + ["short-poll", "--interval", "250ms", "--option", "gzip=true"]
        let use = try LoadCommand.parse(words).transportUse()
        let poll = try Scenario.TransportUse(
            ShortPolling.self, given: ["interval": .duration(.milliseconds(250)), "gzip": .flag(true)])
        #expect(use == poll)
        let draft = try LoadCommand.parse(Self.needed + ["websocket", "--websocket-version", "hybi-10"]).transportUse()
        #expect(draft.variant == "version-hybi-10")
    }

    @Test(
        "what is out of range, or missing",
        arguments: [
            (["--url", "http://h:1"], "Missing expected argument '--transport <transport>'"),
            (["--transport", "sse"], "Missing expected argument '--url <url>'"),
            (
                needed + ["ws"],
                "--transport is 'ws'; allowed: short-poll, long-poll, http-stream, sse, websocket, raw-tcp"
            ),
            (needed + ["sse", "--clients", "0"], "--clients is 0; allowed 1 to 20000"),
            (needed + ["sse", "--clients", "20001"], "--clients is 20001; allowed 1 to 20000"),
            (needed + ["sse", "--clients", "many"], "'many' is invalid for '--clients <clients>'"),
            (needed + ["sse", "--duration", "999ms"], "--duration is 999 ms; allowed 1 s to 1 h"),
            (needed + ["sse", "--duration", "3601s"], "allowed 1 s to 1 h"),
            (needed + ["sse", "--duration", "10"], "\"10\" has no unit"),
            (needed + ["sse", "--warmup", "601s"], "allowed 0 s to 10 min"),
            (needed + ["sse", "--hold", "1s"], "sse has no option 'hold'"),
            (needed + ["long-poll", "--hold", "1h"], "hold is 1 h; allowed"),
        ])
    func ranges(words: [String], sentence: String) {
        expect(words, sentence)
    }

    @Test(
        "an address that is none",
        arguments: [
            ("127.0.0.1:80", "'127.0.0.1:80' is not an address; allowed is http://HOST:PORT"),
            ("ftp://127.0.0.1", "'ftp' is not spoken here; allowed is http://HOST:PORT or https://HOST:PORT"),
            ("http://127.0.0.1:99999", "is not an address"), ("http://", "is not an address"),
            ("http://127.0.0.1:80/poll", "has more than host and port; each transport has its own path there"),
            ("http://127.0.0.1:80/#x", "has more than host and port"),
            ("http://u@127.0.0.1:80", "more than host and port"),
        ])
    func badURL(url: String, sentence: String) {
        expect(["--url", url, "--transport", "websocket"], sentence)
    }

    @Test(
        "an address: the scheme's case does not matter, brackets belong to the URL, each scheme has its port",
        arguments: [
            ("HTTP://a.example", ServerURL(host: "a.example", port: 80, encrypts: false)),
            ("https://a.example/", ServerURL(host: "a.example", port: 443, encrypts: true)),
            ("http://[::1]:8080", ServerURL(host: "::1", port: 8_080, encrypts: false)),
        ])
    func url(text: String, url: ServerURL) throws {
        #expect(try ServerURL.read(text) == url)
    }

    @Test(
        "an option that is not the transport's, and a value that is none of its",
        arguments: [
            ("websocket", ["--option", "deflate"], "it is 'deflate'; allowed is NAME=VALUE, such as http=2"),
            ("websocket", ["--option", "=text"], "it is '=text'; allowed is NAME=VALUE"),
            (
                "websocket", ["--option", "interval=1s"],
                "websocket has no option 'interval'; allowed: subprotocol, deflate, window-bits, version"
            ),
            (
                "websocket", ["--option", "deflate=on"],
                "deflate is \"on\"; allowed off, context-takeover, no-context-takeover"
            ),
            ("websocket", ["--option", "subprotocol="], "subprotocol is \"\"; allowed text, binary"),
            ("short-poll", ["--option", "gzip=yes"], "gzip is \"yes\"; allowed true, false"),
            ("short-poll", ["--option", "interval=1"], "interval: \"1\" has no unit"),
            ("short-poll", ["--option", "interval=2h"], "interval is 2 h; allowed "),
            ("sse", ["--option", "http=3"], "http is \"3\"; allowed 1.1, 2, 2-shared"),
            (
                "short-poll", ["--option", "interval=1s", "--interval", "1s"],
                "interval is given twice, by --option and by --interval; allowed is once"
            ),
            (
                "websocket", ["--option", "version=hybi-10", "--websocket-version", "hybi-07"],
                "version is given twice, by --option and by --websocket-version"
            ),
            ("sse", ["--option", "http=2", "--option", "http=2"], "http is given twice, by --option and by --option"),
            ("sse", ["--option", "through=nginx"], "a load goes to the server or the proxy that --url names"),
            ("sse", ["--option", "tls=true"], "whether TLS is spoken is said by --url, http or https"),
            (
                "short-poll", ["--option", "http=2-shared", "--option", "connection=new"],
                "allowed with it is connection: keep-alive"
            ),
        ])
    func badOption(transport: String, options: [String], sentence: String) {
        expect(Self.needed + [transport] + options, sentence)
    }

    private func expect(_ words: [String], _ sentence: String) {
        let refusal = Parsing.refusal(["load"] + words)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("\n") == false)
    }
}

@Suite("Who is trusted, and which proxy is asked")
struct TrustAndProxyTests {
    @Test(
        "a proxy that is none is told without its password",
        arguments: [
            (["--proxy", "http://user:s3cretpw@host"], "--proxy: 'http://user:***@host' is no proxy; allowed is "),
            (["--proxy", "https://h:1"], "is no proxy; allowed is http://[USER:PASSWORD@]HOST:PORT"),
            (["--proxy", "http://u@h:1"], "is no proxy"), (["--proxy", "http://h:1/x"], "is no proxy"),
            (["--proxy-file", "/nowhere/proxy"], "--proxy-file is /nowhere/proxy, which cannot be read"),
            (["--proxy-file", "x", "--proxy", "y"], "--proxy and --proxy-file exclude each other; give one"),
        ])
    func badProxy(options: [String], sentence: String) {
        let refusal = Parsing.refusal(["load", "--url", "http://h:1", "--transport", "sse"] + options)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("s3cretpw") == false)
    }

    @Test("a proxy's password may hold what is escaped")
    func proxy() throws {
        let address = try ProxyOption.parse(["--proxy", "http://u:p%40w@[::1]:3128"]).address()
        #expect(address?.host == "::1")
        #expect(address?.port == 3_128)
        #expect(address?.credentials?.user == "u")
        #expect(address?.credentials?.password == "p@w")
    }

    @Test("trust needs TLS, and is of one kind")
    func trust() throws {
        #expect(try TrustOptions.parse([]).trust(encrypts: false) == nil)
        #expect(try TrustOptions.parse([]).trust(encrypts: true) == .system)
        #expect(try TrustOptions.parse(["--insecure"]).trust(encrypts: true) == .anyone)
        for words in [["--insecure"], ["--cacert", "x"]] {
            let failure = #expect(throws: Failure.self) { try TrustOptions.parse(words).trust(encrypts: false) }
            #expect(
                failure?.description
                    == "--cacert and --insecure need an address with TLS: https:// or wss://")
        }
        #expect(throws: (any Error).self) { try TrustOptions.parse(["--insecure", "--cacert", "x"]) }
    }

    @Test("a file of authorities is read, or it is said why not")
    func authorities() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString).pem")
        defer { try? FileManager.default.removeItem(at: path) }
        func trust() throws -> TLSTrust? { try TrustOptions.parse(["--cacert", path.path]).trust(encrypts: true) }
        #expect(throws: Failure.self) { try trust() }
        try Data("no certificate".utf8).write(to: path)
        let failure = #expect(throws: Failure.self) { try trust() }
        #expect(failure?.description == "\(path.path) holds no certificate in PEM")
        let pem = "-----BEGIN CERTIFICATE-----\n"
        try Data(pem.utf8).write(to: path)
        #expect(try trust() == .authority(pem: pem))
    }
}
