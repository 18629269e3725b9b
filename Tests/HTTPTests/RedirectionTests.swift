import HTTP
import Testing

@Suite("Responses that lead to another address")
struct RedirectionTests {
    @Test("a redirect names its address, printable and not longer than a line")
    func sentence() {
        #expect(
            Redirection.sentence(302, to: "http://h:1/ws")
                == "the server answered 302 and redirects to 'http://h:1/ws'; redirects are not followed, so give that "
                + "address")
        let coloured = Redirection.sentence(301, to: "/\u{1b}[31m" + String(repeating: "x", count: 900))
        #expect(coloured?.contains("'/?[31mx") == true && (coloured?.count ?? 999) < 200)
    }

    @Test(
        "another status, or no address, is no redirect",
        arguments: [(200, "/a"), (404, "/a"), (302, nil), (302, "")])
    func none(status: Int, location: String?) {
        #expect(Redirection.sentence(status, to: location) == nil)
    }
}
