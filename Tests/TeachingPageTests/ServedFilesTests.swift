import Codecs
import HTTP
import NIOCore
import Testing

@testable import TeachingPage

@Suite("The teaching page's files")
struct ServedFilesTests {
    @Test("every file of the folder is served, unchanged")
    func everyFile() throws {
        let served = TeachingPage.names + ["index.html"]
        #expect(served.sorted() == (try PageFiles.names()))
        for name in TeachingPage.names {
            let response = try #require(try TeachingPage.response(name, PageRequest.head("/page/\(name)"), []))
            #expect(response.status == .ok)
            #expect(response.body == .whole(ByteBuffer(string: try PageFiles.text(name))), "\(name)")
        }
    }

    @Test("other names are not served", arguments: ["page", "index.html", "../Package.swift", "main.js/", "MAIN.JS"])
    func otherNames(name: String) throws {
        #expect(try TeachingPage.response(name, PageRequest.head("/page/x"), []) == nil)
    }

    @Test("a browser that accepts gzip gets it, with another entity tag")
    func compression() throws {
        let plain = try #require(try TeachingPage.response("", PageRequest.head("/"), []))
        let request = try PageRequest.head("/", "Accept-Encoding: gzip, br")
        let compressed = try #require(TeachingPage.response("", request, []))
        #expect(Self.value(of: "Content-Encoding", in: plain) == nil)
        #expect(Self.value(of: "Content-Encoding", in: compressed) == "gzip")
        #expect(Self.value(of: "Vary", in: plain) == "Accept-Encoding")
        #expect(Self.value(of: "ETag", in: plain) != Self.value(of: "ETag", in: compressed))
        guard case .whole(let body) = compressed.body else { throw PageRequest.Incomplete() }
        #expect(body.getBytes(at: body.readerIndex, length: 2) == [0x1f, 0x8b])
    }

    @Test("a browser with a current copy gets 304", arguments: ["", "W/", "\"other\", "])
    func notModified(before: String) throws {
        let first = try #require(try TeachingPage.response("main.js", PageRequest.head("/page/main.js"), []))
        let tag = try #require(Self.value(of: "ETag", in: first))
        let request = try PageRequest.head("/page/main.js", "If-None-Match: \(before)\(tag)")
        let second = try #require(TeachingPage.response("main.js", request, []))
        #expect(second.status == .notModified)
        #expect(second.body == .none)
        #expect(Self.value(of: "ETag", in: second) == tag)
    }

    @Test("a tag of the other coding is not current")
    func otherCoding() throws {
        let first = try #require(try TeachingPage.response("main.js", PageRequest.head("/page/main.js"), []))
        let tag = try #require(Self.value(of: "ETag", in: first))
        let request = try PageRequest.head("/page/main.js", "Accept-Encoding: gzip", "If-None-Match: \(tag)")
        #expect(TeachingPage.response("main.js", request, [])?.status == .ok)
    }

    @Test("the policy allows the lanes' origins and no inline code")
    func policy() throws {
        let response = try #require(
            try TeachingPage.response("", PageRequest.head("/"), ["http://127.0.0.1:8081", "https://127.0.0.1:8082"]))
        let policy = try #require(Self.value(of: "Content-Security-Policy", in: response))
        let connect = "connect-src 'self' http://127.0.0.1:8081 https://127.0.0.1:8082 ws://127.0.0.1:8081"
        #expect(policy.contains(connect + " wss://127.0.0.1:8082;"))
        #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"))
        #expect(!policy.contains("unsafe"))
    }

    @Test(
        "only a page that browsers trust is isolated",
        arguments: [
            ("http://127.0.0.1:8081", true), ("http://localhost:8081", true), ("http://[::1]:8081", true),
            ("https://192.0.2.1:8081", true), ("http://192.0.2.1:8081", false), ("http://localhost.example:1", false),
        ])
    func isolation(origin: String, isIsolated: Bool) throws {
        let response = try #require(try TeachingPage.response("", PageRequest.head("/"), [origin]))
        #expect((Self.value(of: "Cross-Origin-Opener-Policy", in: response) != nil) == isIsolated)
        #expect((Self.value(of: "Cross-Origin-Embedder-Policy", in: response) != nil) == isIsolated)
    }

    @Test("the page has no inline script, style or handler, and needs no other host")
    func selfContained() throws {
        let page = try PageFiles.text("index.html")
        #expect(page.firstMatch(of: /<script(?![^>]*\ssrc=)/) == nil)
        #expect(page.firstMatch(of: /\s(style|on[a-z]+)=/) == nil)
        #expect(page.firstMatch(of: /<style/) == nil)
        #expect(page.firstMatch(of: /(src|href)="(?!\/page\/|#)/) == nil)
        #expect(try PageFiles.text("page.css").firstMatch(of: /url\(|@import/) == nil)
        for (name, text) in try PageFiles.texts(".js") {
            for match in text.matches(of: /from "([^"]*)"/) {
                #expect(match.1.hasPrefix("./") && TeachingPage.names.contains(String(match.1.dropFirst(2))), "\(name)")
            }
        }
    }

    private static func value(of name: String, in response: HTTPResponse) -> String? {
        response.fields.first { $0.name == name }?.value
    }
}
