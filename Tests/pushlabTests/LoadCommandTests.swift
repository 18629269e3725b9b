import ArgumentParser
import Arguments
import Foundation
import Lab
import Link
import Measurement
import Scenario
import Testing
import Transports
import WebSocketProtocol

@testable import LoadGenerator
@testable import pushlab

@Suite("Command line of load")
struct LoadCommandTests {
    private static let needed = ["--url", "http://127.0.0.1:1", "--transport"]

    @Test("address and transport are required, everything else has a default")
    func defaults() throws {
        let command = try LoadCommand.parse(Self.needed + ["websocket"])
        #expect((command.clients, command.seed) == (100, 1))
        #expect((command.duration, command.warmup) == (.seconds(10), .seconds(2)))
        #expect(!command.output.quiet && !command.seededMasks && command.out == nil && command.stamps == nil)
        #expect(command.url == ServerURL(host: "127.0.0.1", port: 1, encrypts: false))
        #expect(try command.transportUse().id == "websocket")
    }

    @Test("options by flag and by name are combined")
    func options() throws {
        let words = Self.needed + ["short-poll", "--interval", "250ms", "--option", "gzip=true"]
        let use = try LoadCommand.parse(words).transportUse()
        let poll = try Scenario.TransportUse(
            ShortPolling.self, given: ["interval": .duration(.milliseconds(250)), "gzip": .flag(true)])
        #expect(use == poll)
        let draft = try LoadCommand.parse(Self.needed + ["websocket", "--websocket-version", "hybi-10"]).transportUse()
        #expect(draft.variant == "version-hybi-10")
    }

    @Test("a network is a preset, fields or both")
    func network() throws {
        let words = Self.needed + ["sse", "--network", "dsl,rtt=20ms,loss=1%"]
        let network = try #require(try LoadCommand.parse(words).link.network)
        #expect(network.text == "dsl,rtt=20ms,loss=1%")
        #expect(network.settings.up.bandwidth == BitRate(bitsPerSecond: 384_000))
        #expect((network.settings.down.loss, network.settings.roundTrip) == (0.01, .milliseconds(20)))
    }

    @Test("an option that needs TLS is accepted with https, and refused with http")
    func needsEncryption() throws {
        let rest = ["--transport", "short-poll", "--option", "connection=new", "--option", "resumption=true"]
        let use = try LoadCommand.parse(["--url", "https://127.0.0.1:1"] + rest).transportUse()
        #expect(use.variant == "connection-new")
        var options = try ShortPolling.checkedOptions(
            ["connection": .choice("new"), "resumption": .flag(true), "tls": .flag(true)])
        // The address says it.
        options[Encryption.key] = false
        #expect(use.options == options)
        #expect(throws: (any Error).self) { try LoadCommand.parse(["--url", "http://127.0.0.1:1"] + rest) }
    }

    private static let refused: [([String], String)] = [
        (needed + ["sse", "--network", "ltee"], "--network: network is \"ltee\"; allowed none, a preset ("),
        (needed + ["sse", "--network", "ltee"], "did you mean lte?"),
        (needed + ["sse", "--network", "loss=200%"], "loss is 200%; allowed 0% to 50%"),
        (needed + ["sse", "--network", "bandwidth=0bit/s"], "bandwidth is 0 bit/s; allowed 1 kbit/s to 100 Gbit/s"),
        (needed + ["sse", "--network", "none"], "none is the default; leave out --network"),
        (
            needed + ["long-poll", "--hold", "100ms", "--network", "rtt=200ms"],
            "--network rtt=200ms: the round trip of 200 ms is not shorter than the hold of long-poll, 100 ms"
        ),
        (
            ["--url", "https://h:1", "--transport", "sse", "--network", "buffering=whole"],
            "buffering does not apply to sse with TLS"
        ),
        (needed + ["sse", "--rtt", "50ms"], "to simulate a network: --network rtt=50ms"),
        (["--url", "http://h:1"], "load needs --transport <name>, such as: pushlab load --url "),
        (["--transport", "sse"], "load needs --url <url>, such as: pushlab load --url "),
        (
            needed + ["ws"],
            "--transport is \"ws\"; allowed short-poll, long-poll, http-stream, sse, websocket, raw-tcp, engine-io; "
        ),
        (needed + ["ws"], "did you mean websocket?"),
        (needed + ["sse", "--clients", "0"], "--clients is 0; allowed 1 to 1000000"),
        (
            needed + ["sse", "--clients", "20001"],
            "--clients is 20001, for one load process; allowed up to 20000 for each; use --processes 2 or more, or "
        ),
        (needed + ["sse", "--clients", "1000001", "--processes", "64"], "allowed 1 to 1000000"),
        (needed + ["sse", "--clients", "-1"], "--clients is -1; allowed 1 to 1000000"),
        (needed + ["sse", "--clients", "many"], "allowed 1 to 1000000"),
        (needed + ["sse", "--seed", "-1"], "allowed 0 to 18446744073709551615"),
        (needed + ["sse", "--duration", "999ms"], "--duration is 999 ms; allowed 1 s to 1 h"),
        (needed + ["sse", "--duration", "3601s"], "allowed 1 s to 1 h"),
        (needed + ["sse", "--duration", "10"], "\"10\" has no unit"),
        (needed + ["sse", "--warmup", "601s"], "allowed 0 s to 10 min"),
        (needed + ["sse", "--hold", "1s"], "--hold is an option of long-poll, not of sse; sse has accel-"),
        (needed + ["long-poll", "--hold", "1h"], "--hold is 1 h; allowed 1 ms to 120 s"),
    ]

    @Test("a value out of range, or a missing one, is refused", arguments: refused)
    func ranges(words: [String], sentence: String) {
        expect(words, sentence)
    }

    @Test(
        "a wrong address is refused",
        arguments: [
            ("127.0.0.1:80", "--url is 127.0.0.1:80; allowed http://HOST:PORT or https://HOST:PORT; did you"),
            ("ftp://127.0.0.1", "--url has the scheme ftp; allowed http://HOST:PORT or https://HOST:PORT"),
            ("http://127.0.0.1:99999", "--url has port 99999; allowed 1 to 65535"),
            ("http://", "--url is \"http://\"; allowed"),
            ("http://127.0.0.1:80/poll", "--url has more than host and port; allowed http://HOST:PORT or "),
            ("http://127.0.0.1:80/#x", "has more than host and port"),
            ("http://u@127.0.0.1:80", "more than host and port"),
        ])
    func badURL(url: String, sentence: String) {
        expect(["--url", url, "--transport", "websocket"], sentence)
    }

    @Test(
        "an address: the scheme's case does not matter, IPv6 is in brackets, each scheme has a default port",
        arguments: [
            ("HTTP://a.example", ServerURL(host: "a.example", port: 80, encrypts: false)),
            ("https://a.example/", ServerURL(host: "a.example", port: 443, encrypts: true)),
            ("http://[::1]:8080", ServerURL(host: "::1", port: 8_080, encrypts: false)),
        ])
    func url(text: String, url: ServerURL) throws {
        #expect(try ServerURL.read(text) == url)
    }

    @Test(
        "an unknown option, and a wrong value, are refused",
        arguments: [
            ("websocket", ["--option", "deflate"], "--option is \"deflate\"; allowed NAME=VALUE, such as http=2"),
            ("websocket", ["--option", "=text"], "allowed NAME=VALUE, such as http=2"),
            (
                "websocket", ["--option", "interval=1s"],
                "--option interval is an option of short-poll, not of websocket; websocket has subprotocol, deflate, "
            ),
            (
                "websocket", ["--option", "deflate=on"],
                "--option deflate is \"on\"; allowed off, context-takeover, no-context-takeover; did you mean context-"
            ),
            ("websocket", ["--option", "subprotocol="], "--option subprotocol is \"\"; allowed text, binary"),
            ("short-poll", ["--option", "gzip=yes"], "--option gzip is \"yes\"; allowed true, false; did you mean"),
            ("short-poll", ["--option", "interval=1"], "--option interval: \"1\" has no unit"),
            ("short-poll", ["--option", "interval=2h"], "--option interval is 2 h; allowed 1 ms to 1 h"),
            ("sse", ["--option", "http=3"], "--option http is 3; allowed 1.1, 2, 2-shared"),
            (
                "short-poll", ["--option", "interval=1s", "--interval", "1s"],
                "interval is given twice, by --interval and by --option interval; allowed once"
            ),
            (
                "websocket", ["--option", "version=hybi-10", "--websocket-version", "hybi-07"],
                "version is given twice, by --websocket-version and by --option version"
            ),
            ("sse", ["--option", "http=2", "--option", "http=2"], "http is given twice, by --option http and by"),
            ("sse", ["--option", "through=nginx"], "--option through needs a scenario, because load starts no proxy"),
            ("sse", ["--option", "tls=true"], "--option tls is not needed: --url https:// is with TLS"),
            (
                "short-poll", ["--option", "http=2-shared", "--option", "connection=new"],
                "which is one connection for all clients; set connection: keep-alive"
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

@Suite("Trust and proxy options")
struct TrustAndProxyTests {
    @Test(
        "a wrong proxy is refused, and its password is not shown",
        arguments: [
            (["--proxy", "http://user:s3cretpw@host"], "--proxy is \"http://user:***@host\"; allowed http://[USER"),
            (["--proxy", "https://h:1"], "--proxy is \"https://h:1\"; allowed http://[USER:PASSWORD@]HOST:PORT"),
            (["--proxy", "http://u@h:1"], "@h:1\"; allowed "),
            (["--proxy", "http://h:1/x"], "--proxy is \"http://h:1/x\"; "),
            (["--proxy-file", "/nowhere/proxy"], "--proxy-file: /nowhere/proxy does not exist: /nowhere is not"),
            (["--proxy-file", "x", "--proxy", "y"], "--proxy and --proxy-file exclude each other; give one"),
        ])
    func badProxy(options: [String], sentence: String) {
        let refusal = Parsing.refusal(["load", "--url", "http://h:1", "--transport", "sse"] + options)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("s3cretpw") == false)
    }

    @Test("a percent-encoded password is decoded")
    func proxy() throws {
        let address = try ProxyOption.parse(["--proxy", "http://u:p%40w@[::1]:3128"]).address()
        #expect(address?.host == "::1")
        #expect(address?.port == 3_128)
        #expect(address?.credentials?.user == "u")
        #expect(address?.credentials?.password == "p@w")
    }

    private static let plain = ServerURL(host: "::1", port: 8_080, encrypts: false)
    private static let encrypted = ServerURL(host: "::1", port: 8_080, encrypts: true)

    @Test("trust options need TLS, and exclude each other")
    func trust() throws {
        #expect(try TrustOptions.parse([]).trust(Self.plain) == nil)
        #expect(try TrustOptions.parse([]).trust(Self.encrypted) == .system)
        #expect(try TrustOptions.parse(["--insecure"]).trust(Self.encrypted) == .anyone)
        for words in [["--insecure"], ["--cacert", "x"]] {
            let error = #expect(throws: ValidationError.self) { try TrustOptions.parse(words).trust(Self.plain) }
            #expect(error?.message == "\(words[0]) needs an address with TLS: https://[::1]:8080")
        }
        #expect(throws: (any Error).self) { try TrustOptions.parse(["--insecure", "--cacert", "x"]) }
    }

    @Test("a file of certificate authorities is read, or the reason why not is given")
    func authorities() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString).pem")
        defer { try? FileManager.default.removeItem(at: path) }
        func trust() throws -> TLSTrust? { try TrustOptions.parse(["--cacert", path.path]).trust(Self.encrypted) }
        #expect(#expect(throws: Failure.self) { try trust() }?.description == "--cacert: \(path.path) does not exist")
        try Data("no certificate".utf8).write(to: path)
        let failure = #expect(throws: Failure.self) { try trust() }
        #expect(failure?.description == "--cacert: \(path.path) holds no certificate in PEM")
        let pem = "-----BEGIN CERTIFICATE-----\n"
        try Data(pem.utf8).write(to: path)
        #expect(try trust() == .authority(pem: pem))
    }
}
