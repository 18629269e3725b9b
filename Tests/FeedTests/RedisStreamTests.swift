import Testing

@testable import Feed

@Suite("The address of a Redis stream")
struct RedisStreamTests {
    @Test(
        "host, port and stream",
        arguments: [
            ("redis://127.0.0.1:7000/prices", "127.0.0.1", 7_000, "prices"),
            ("redis://localhost/a", "localhost", 6_379, "a"), ("redis://[::1]:1/x:y-z_0.9", "::1", 1, "x:y-z_0.9"),
            ("redis://r.example:65535/\(String(repeating: "k", count: 200))", "r.example", 65_535, nil),
        ] as [(String, String, Int, String?)])
    func parts(text: String, host: String, port: Int, key: String?) throws {
        let stream = try RedisStream(text)
        #expect(stream.host == host)
        #expect(stream.port == port)
        #expect(stream.key == key ?? String(repeating: "k", count: 200))
        #expect(stream.epochKey == stream.key + ":epoch")
        #expect(try RedisStream(stream.text) == stream)
    }

    @Test("an IPv6 address is written in brackets")
    func brackets() throws {
        #expect(try RedisStream("redis://[::1]/a").text == "redis://[::1]:6379/a")
    }

    @Test(
        "what is wrong is named",
        arguments: [
            ("redis:", "is \"redis:\"; allowed redis://HOST:PORT/STREAM"),
            ("redis://", "is \"redis://\"; allowed redis://HOST:PORT/STREAM"),
            ("redis://h", "is \"redis://h\"; allowed redis://HOST:PORT/STREAM"),
            ("redis://h/", "is \"redis://h/\"; allowed redis://HOST:PORT/STREAM"),
            ("redis://h/a/b", "is \"redis://h/a/b\"; allowed redis://HOST:PORT/STREAM"),
            ("redis:///a", "is \"redis:///a\"; allowed redis://HOST:PORT/STREAM"),
            ("redis://h:/a", "is \"redis://h:/a\"; allowed redis://HOST:PORT/STREAM"),
            ("redis://h:0/a", "has port 0; allowed 1 to 65535"), ("redis://h:65536/a", "has port 65536; allowed 1 to"),
            ("redis://h/\u{e9}", "has the stream \"\u{e9}\"; allowed 1 to 200 letters, digits and -._:"),
            ("redis://h/a%20b", "has the stream \"a%20b\"; allowed 1 to 200 letters"),
            ("rediss://h/a", "has the scheme rediss; allowed redis://HOST:PORT/STREAM, without TLS"),
            (
                "redis://user:secret@h/a",
                "has a user or a password; allowed redis://HOST:PORT/STREAM, of a Redis server that needs no password"
            ),
        ])
    func refused(text: String, sentence: String) {
        #expect(Self.complaint(of: text)?.hasPrefix(sentence) == true, "\(Self.complaint(of: text) ?? "taken")")
    }

    @Test("a long name is refused, and a password is never shown")
    func longAndSecret() {
        let long = "redis://h/" + String(repeating: "k", count: 201)
        #expect(Self.complaint(of: long)?.hasPrefix("has the stream") == true)
        #expect(Self.complaint(of: "redis://:secret@h/a")?.contains("secret") == false)
    }

    private static func complaint(of text: String) -> String? {
        do throws(RedisStreamFault) {
            _ = try RedisStream(text)
            return nil
        } catch {
            return error.complaint
        }
    }
}
