import Foundation
import Glibc
import Testing

@Suite("Secrets and certificates of pushlab-server")
struct SecretTests {
    private static let token = "a-secret-of-this-test"

    @Test(
        "the server accepts a token from a file or the environment, and does not print it",
        arguments: ["file", "environment", "both"])
    func token(source: String) throws {
        let scratch = try Scratch()
        let file = try scratch.write("token", (source == "both" ? Self.token : Self.token) + "\n")
        // The file takes precedence over the environment.
        let inherited =
            source == "file" ? "" : "PUSHLAB_PUBLISH_TOKEN=\(source == "both" ? "another-secret-of-it" : Self.token)"
        let option = source == "environment" ? "" : "--publish-token-file '\(file)'"
        let script = """
            \(inherited) "$1" --feed external \(option) > "$2/said" & pid=$!
            for i in $(seq 100); do [ -s "$2/said" ] && break; sleep 0.02; done
            port=$(sed 's/.*"port":\\([0-9]*\\).*/\\1/' "$2/said")
            for token in "$3" wrong-secret-of-a-guest; do
                curl -s -o /dev/null -w '%{http_code} ' -H "Authorization: Bearer $token" -d hi \\
                    http://127.0.0.1:$port/publish
            done
            tr '\\0' ' ' < /proc/$pid/cmdline; cat "$2/said"; kill $pid; wait
            """
        let ending = try Tool.shell(script, Tool.path("pushlab-server"), scratch.folder.path, Self.token)
        #expect(ending.output.hasPrefix("201 401 "), "\(ending.output) \(ending.complaint)")
        #expect(!ending.output.contains("secret") && !ending.output.contains("publish_token\""))
    }

    @Test("an invalid token is not printed", arguments: ["short", "with spaces in it, and long", ""])
    func badToken(token: String) throws {
        let scratch = try Scratch()
        let file = try scratch.write("token", token)
        let fromFile = try Tool.server("--feed", "external", "--publish-token-file", file)
        #expect(fromFile.code == 2)
        #expect(
            fromFile.complaint == "\(file):1: the token is not valid; allowed 16 to 128 letters, digits and -._~\n")
        let script = "PUSHLAB_PUBLISH_TOKEN='\(token)' exec \"$1\" --feed external"
        let fromEnvironment = try Tool.shell(script, Tool.path("pushlab-server"))
        #expect(fromEnvironment.code == 2)
        #expect(
            fromEnvironment.complaint.hasPrefix("PUSHLAB_PUBLISH_TOKEN is not a valid token; allowed 16 to 128"))
    }

    @Test("a missing token file")
    func missingFile() throws {
        let ending = try Tool.server("--feed", "external", "--publish-token-file", "/nowhere/token")
        #expect(ending.code == 2)
        #expect(ending.complaint == "--publish-token-file: /nowhere/token does not exist: /nowhere is not a folder\n")
    }

    @Test("the certificate is written before the server reports that it listens, and curl accepts it")
    func certificateFile() throws {
        let scratch = try Scratch()
        let file = try scratch.write("ca.pem", "an old one")
        let server = try Tool.start("pushlab-server", "--tls", "self-signed", "--tls-certificate-out", file)
        let port = try Self.port(server)
        #expect(scratch.read("ca.pem")?.hasPrefix("-----BEGIN CERTIFICATE-----\n") == true)
        let ending = try Tool.shell("curl -s --cacert '\(file)' https://localhost:\(port)/healthz")
        #expect(ending.output == "ready\n", "\(ending.complaint)")
        server.signal(SIGTERM)
        _ = server.wait()
    }

    @Test(
        "TLS 1.2 allows only cipher suites with forward secrecy and authenticated encryption",
        arguments: [
            ("ECDHE-ECDSA-AES128-GCM-SHA256", true), ("ECDHE-ECDSA-AES256-GCM-SHA384", true),
            ("ECDHE-ECDSA-CHACHA20-POLY1305", true), ("ECDHE-ECDSA-AES128-SHA", false),
            ("ECDHE-ECDSA-AES256-SHA", false), ("ECDHE-ECDSA-AES128-SHA256", false),
        ])
    func suites(name: String, isAllowed: Bool) throws {
        let server = try Tool.start("pushlab-server", "--tls", "self-signed")
        let port = try Self.port(server)
        let script =
            "openssl s_client -connect 127.0.0.1:\(port) -tls1_2 -cipher '\(name):@SECLEVEL=0' < /dev/null 2>&1"
        let output = try Tool.shell(script).output
        #expect(output.contains("Cipher is \(name)") == isAllowed, "\(output.suffix(300))")
        server.signal(SIGTERM)
        _ = server.wait()
    }

    private static func port(_ server: Tool.Running) throws -> Int {
        let line = try JSONSerialization.jsonObject(with: Data(server.firstLine.utf8)) as? [String: Any]
        return try #require(line?["port"] as? Int)
    }
}
