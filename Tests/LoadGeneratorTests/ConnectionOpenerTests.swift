import Testing

@testable import LoadGenerator

/// Compares the result of a mutating call.
private func expect<Value, Answer: Equatable>(
    _ call: (inout Value) -> Answer, of value: inout Value, is expected: Answer,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let answer = call(&value)
    #expect(answer == expected, sourceLocation: sourceLocation)
}

@Suite("Which client opens a connection")
struct ConnectionOpenerTests {
    @Test("one client opens a shared connection; the others start once it is open, in order")
    func shared() {
        var opening = ConnectionOpener(isShared: true)
        expect({ $0.admits(3) }, of: &opening, is: true)
        expect({ $0.began(3) }, of: &opening, is: 1)
        expect({ $0.admits(1) }, of: &opening, is: false)
        expect({ $0.admits(2) }, of: &opening, is: false)
        expect({ $0.opened() }, of: &opening, is: 3)
        expect({ $0.takeWaiting() }, of: &opening, is: [1, 2])
        #expect(!opening.hasWaiting)
        expect({ $0.admits(1) }, of: &opening, is: true)
    }

    @Test("a client always opens its own connection")
    func own() {
        var opening = ConnectionOpener(isShared: false)
        expect({ $0.admits(0) }, of: &opening, is: true)
        _ = opening.began(0)
        expect({ $0.admits(0) }, of: &opening, is: true)
        expect({ $0.opened() }, of: &opening, is: 0)
        expect({ $0.opened() }, of: &opening, is: nil)
    }

    @Test("if a client fails to open the connection, the next client opens it")
    func failed() {
        var opening = ConnectionOpener(isShared: true)
        expect({ $0.admits(1) }, of: &opening, is: true)
        _ = opening.began(1)
        expect({ $0.admits(2) }, of: &opening, is: false)
        opening.ended(1)
        expect({ $0.takeWaiting() }, of: &opening, is: [2])
        expect({ $0.admits(2) }, of: &opening, is: true)
        expect({ $0.admits(1) }, of: &opening, is: false)
    }

    @Test("the end of another client's exchange changes nothing")
    func others() {
        var opening = ConnectionOpener(isShared: true)
        expect({ $0.admits(1) }, of: &opening, is: true)
        _ = opening.began(1)
        opening.ended(7)
        expect({ $0.admits(2) }, of: &opening, is: false)
    }

    @Test("after a broken connection one client opens a new one")
    func broken() {
        var opening = ConnectionOpener(isShared: true)
        _ = opening.began(1)
        expect({ $0.opened() }, of: &opening, is: 1)
        expect({ $0.began(3) }, of: &opening, is: 1)
        opening.broke(1)
        #expect(!opening.isOpen)
        expect({ $0.admits(2) }, of: &opening, is: true)
        expect({ $0.admits(1) }, of: &opening, is: false)
        expect({ $0.began(2) }, of: &opening, is: 2)
        // The last transfer of the old connection ends meanwhile.
        opening.ended(1)
        expect({ $0.admits(3) }, of: &opening, is: false)
        expect({ $0.opened() }, of: &opening, is: 2)
        expect({ $0.takeWaiting() }, of: &opening, is: [1, 3])
        // So does another request of it; the new connection is not the one that broke.
        opening.broke(1)
        #expect(opening.isOpen)
        expect({ $0.began(1) }, of: &opening, is: 2)
    }
}

@Suite("epoll registration of libcurl's sockets")
struct WatchedSocketsTests {
    @Test("the same events are registered once, even if libcurl did not wait for them meanwhile")
    func kept() {
        var sockets = WatchedSockets()
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
        expect({ $0.wanted(5, events: 3) }, of: &sockets, is: .modify)
        expect({ $0.wanted(5, events: 3) }, of: &sockets, is: .keep)
        sockets.unwanted(5)
        #expect(!sockets.isWanted(5))
        expect({ $0.wanted(5, events: 3) }, of: &sockets, is: .keep)
        #expect(sockets.isWanted(5))
    }

    @Test("a socket removed from epoll is added again")
    func forgotten() {
        var sockets = WatchedSockets()
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
        sockets.unwanted(5)
        sockets.unregistered(5)
        #expect(sockets.isKnown(5))
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
    }

    @Test("a connection and its successor are distinct, and a descriptor number can be reused")
    func successor() {
        var sockets = WatchedSockets()
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
        expect({ $0.wanted(6, events: 1) }, of: &sockets, is: .add)
        #expect(sockets.newest == 6)
        sockets.unwanted(5)
        #expect(sockets.isWanted(6) && !sockets.isWanted(5))
        sockets.closed(5)
        #expect(!sockets.isKnown(5))
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
        #expect(sockets.newest == 5)
    }
}
