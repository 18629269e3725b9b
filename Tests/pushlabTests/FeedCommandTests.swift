import ArgumentParser
import Arguments
import Feed
import FeedServer
import Measurement
import Testing

@testable import pushlab
@testable import pushlab_server

@Suite("Command lines of feed")
struct FeedCommandTests {
    @Test(
        "a wrong command line is refused with one sentence",
        arguments: [
            (["feed"], "feed needs <source>, such as: pushlab feed synthetic"),
            (["feed", "magic"], "<source> is \"magic\"; allowed synthetic, host, replay:FILE"),
            (["feed", "sythetic"], "; did you mean synthetic?"),
            (["feed", "a.txt"], "; did you mean replay:a.txt?"),
            (
                ["feed", "stdin"],
                "<source> is \"stdin\", whose items another program makes; allowed synthetic, host, replay:FILE"
            ),
            (["feed", "external"], "<source> is \"external\", whose items another program makes; allowed synthetic"),
            (["feed", "redis://h/s"], "<source> is \"redis://h/s\", whose items another program makes; allowed"),
            (["feed", "host", "--to", "file"], "--to is \"file\"; allowed -, http://HOST:PORT/PATH, redis://HOST:"),
            (["feed", "host", "--to", "https://h/"], "--to has the scheme https; allowed -, http://HOST:PORT/PATH"),
            (["feed", "host", "--to", "http://h:0/"], "--to has port 0; allowed 1 to 65535"),
            (["feed", "host", "--to", "http://u:p@h/"], "--to has a user or a password; allowed -, http://HOST"),
            (["feed", "host", "--to", "redis://h"], "--to is \"redis://h\"; allowed redis://HOST:PORT/STREAM"),
            (["feed", "host", "--to", "redis://:p@h/s"], "--to has a user or a password; allowed redis://HOST:PORT/"),
            (["feed", "host", "--type", "text/plain"], "--type is given, which needs --to http://HOST:PORT/PATH"),
            (
                ["feed", "host", "--to", "http://h/", "--type", "plain"],
                "--type is \"plain\"; allowed a media type, such as text/plain"
            ),
            (
                ["feed", "host", "--to", "http://h/", "--type", "a/b\r\nX: y"],
                "allowed a media type, such as text/plain"
            ),
            (["feed", "host", "--history", "5"], "--history is given, which needs --to redis://HOST:PORT/STREAM"),
            (["feed", "host", "--duration", "5"], "--duration: "),
            (["feed", "host", "--duration", "0s"], "--duration is 0 s; allowed 1 ms to 8760 h"),
            (["feed", "host", "--status-port", "65536"], "--status-port is 65536; allowed 0 to 65535"),
            (["feed", "host", "--feed-duration", "5s"], "there is no option --feed-duration"),
        ])
    func refused(words: [String], sentence: String) {
        let refusal = Parsing.refusal(words)
        #expect(refusal?.contains(sentence) == true, "\(refusal ?? "taken")")
        #expect(refusal?.contains("\n") == false)
    }

    @Test("destinations")
    func destinations() throws {
        #expect(try FeedCommand.parse(["host"]).to == .standardOutput)
        #expect(try FeedCommand.parse(["host", "--to", "-"]).to == .standardOutput)
        let post = try FeedCommand.parse(["host", "--to", "http://[::1]:81/a%20b?c=d", "--type", "a/b; c=d"])
        #expect(post.to == .post(PostTarget(host: "::1", port: 81, target: "/a%20b?c=d")))
        #expect(post.type == "a/b; c=d")
        #expect(
            try FeedCommand.parse(["host", "--to", "HTTP://h"]).to
                == .post(PostTarget(host: "h", port: 80, target: "/")))
        let stream = try FeedCommand.parse(["host", "--to", "redis://h/s", "--history", "9"])
        #expect(stream.to == .stream(try RedisStream("redis://h:6379/s")))
        #expect(stream.history == 9)
    }

    @Test("the same options give the same items as those of pushlab-server")
    func sameItems() throws {
        let shared = [
            "--rate", "3/s", "--payload", "99B", "--content", "json", "--arrivals", "bursty", "--burst", "3",
            "--seed", "9",
        ]
        let feed = try FeedCommand.parse(["synthetic"] + shared)
        let server = try #require(try ServerCommand.parseAsRoot(shared) as? ServerCommand)
        guard case .synthetic(var one) = try feed.items.input(from: feed.source),
            case .synthetic(var other) = try server.feedOptions.input()
        else {
            Issue.record("both are synthetic")
            return
        }
        for _ in 0..<50 { #expect(one.next() == other.next()) }
    }

    @Test("an option that the source does not use is accepted, with a warning")
    func unused() throws {
        let feed = try FeedCommand.parse(["host", "--payload", "99B", "--speed", "2"])
        #expect(
            feed.items.unused(by: feed.source) { "the source \($0)" } == [
                "--payload has no effect without the source synthetic",
                "--speed has no effect without the source replay:FILE",
            ])
    }
}
