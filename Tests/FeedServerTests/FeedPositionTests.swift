import HTTP
import Testing

@testable import FeedServer

@Suite("Cursors ahead of the feed")
struct FeedPositionTests {
    @Test("a cursor ahead of a server's own feed is refused")
    func own() throws {
        let position = FeedPosition()
        position.itemPublished(5)
        try position.check(5)
        #expect(throws: RequestFault.self) { try position.check(6) }
    }

    @Test("a cursor ahead of a feed that other servers have too is allowed")
    func shared() throws {
        let position = FeedPosition(isShared: true)
        position.itemPublished(5)
        try position.check(6)
    }
}
