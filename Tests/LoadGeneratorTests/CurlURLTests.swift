import CCurl
import Testing

@testable import LoadGenerator

@Suite("The URL of a client's requests", .timeLimit(.minutes(1)))
struct CurlURLTests {
    @Test("libcurl sends the same as for the URL's text, whatever target follows which")
    func targets() throws {
        let server = try CountingServer()
        let base = "http://127.0.0.1:\(server.port)"
        let targets = [
            "/poll?after=1", "/poll?after=22", "/poll?after=%2F", "/poll?after=3", "/poll?after=4#end", "/poll?after=5",
            "/poll", "/poll?", "/poll?after=6", "/poll?after=é", "/poll?after=7&b=?", "/a/../poll?after=8",
            "/a/../poll?after=9", "/%7epoll?after=10", "/%7epoll?after=11", "/poll?after=1 2", "/poll?after=12",
            "/po ll?after=13", "/po ll?after=14", "/poll?after=\u{7f}", "/poll?after=15", "?after=16", "?after=17",
        ]
        let (whole, parts) = (try Easy(), try Easy())
        let url = CurlURL(base: base, of: parts.handle)
        for target in targets {
            pushlab_easy_set_string(whole.handle, CURLOPT_URL, base + target)
            url.lead(to: target)
            #expect(parts.perform() == whole.perform(), "\(target)")
        }
        let heads = server.heads
        try #require(heads.count == 2)
        #expect(heads[0] == heads[1])
        #expect(heads[0].count > 15)
    }

    // Nothing has this address: without its zone it is invalid, with the zone it cannot be reached.
    @Test("an address with a zone keeps it")
    func zone() throws {
        let base = "http://[fe80::1%25lo]:1"
        let (whole, parts) = (try Easy(), try Easy())
        pushlab_easy_set_string(whole.handle, CURLOPT_URL, base + "/poll")
        let url = CurlURL(base: base, of: parts.handle)
        url.lead(to: "/poll")
        #expect(parts.perform() == whole.perform())
        #expect(parts.errorNumber == whole.errorNumber)
    }
}

/// An easy handle of libcurl that ignores bodies and proxies.
private final class Easy {
    let handle: UnsafeMutableRawPointer

    init() throws {
        handle = try #require(curl_easy_init())
        pushlab_easy_set_string(handle, CURLOPT_NOPROXY, "*")
        pushlab_easy_set_write_function(handle) { _, size, count, _ in size * count }
    }

    deinit { curl_easy_cleanup(handle) }

    func perform() -> CURLcode { curl_easy_perform(handle) }

    /// Of the system call that failed last.
    var errorNumber: Int {
        var number = 0
        pushlab_easy_get_long(handle, CURLINFO_OS_ERRNO, &number)
        return number
    }
}
