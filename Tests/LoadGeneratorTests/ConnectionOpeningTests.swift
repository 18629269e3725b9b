import Testing

@testable import LoadGenerator

/// A value's answer to a mutating call.
private func expect<Value, Answer: Equatable>(
    _ call: (inout Value) -> Answer, of value: inout Value, is expected: Answer,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let answer = call(&value)
    #expect(answer == expected, sourceLocation: sourceLocation)
}

@Suite("Whose request opens a connection")
struct ConnectionOpeningTests {
    @Test("of a shared connection one client opens it, and the others go on once it is open, in order")
    func shared() {
        var opening = ConnectionOpening(isShared: true)
        expect({ $0.admits(3) }, of: &opening, is: true)
        expect({ $0.began(3) }, of: &opening, is: 1)
        expect({ $0.admits(1) }, of: &opening, is: false)
        expect({ $0.admits(2) }, of: &opening, is: false)
        expect({ $0.opened() }, of: &opening, is: 3)
        expect({ $0.takeWaiting() }, of: &opening, is: [1, 2])
        #expect(!opening.hasWaiting)
        expect({ $0.admits(1) }, of: &opening, is: true)
    }

    @Test("a connection of one client's is opened by whoever asks")
    func own() {
        var opening = ConnectionOpening(isShared: false)
        expect({ $0.admits(0) }, of: &opening, is: true)
        _ = opening.began(0)
        expect({ $0.admits(0) }, of: &opening, is: true)
        expect({ $0.opened() }, of: &opening, is: 0)
        expect({ $0.opened() }, of: &opening, is: nil)
    }

    @Test("who fails to open it leaves the turn to the next")
    func failed() {
        var opening = ConnectionOpening(isShared: true)
        expect({ $0.admits(1) }, of: &opening, is: true)
        _ = opening.began(1)
        expect({ $0.admits(2) }, of: &opening, is: false)
        opening.ended(1)
        expect({ $0.takeWaiting() }, of: &opening, is: [2])
        expect({ $0.admits(2) }, of: &opening, is: true)
        expect({ $0.admits(1) }, of: &opening, is: false)
    }

    @Test("the end of another's exchange changes nothing")
    func others() {
        var opening = ConnectionOpening(isShared: true)
        expect({ $0.admits(1) }, of: &opening, is: true)
        _ = opening.began(1)
        opening.ended(7)
        expect({ $0.admits(2) }, of: &opening, is: false)
    }

    @Test("after a break one client opens a new connection")
    func broken() {
        var opening = ConnectionOpening(isShared: true)
        _ = opening.began(1)
        expect({ $0.opened() }, of: &opening, is: 1)
        expect({ $0.began(3) }, of: &opening, is: 1)
        opening.broke(1)
        #expect(!opening.isOpen)
        expect({ $0.admits(2) }, of: &opening, is: true)
        expect({ $0.admits(1) }, of: &opening, is: false)
        expect({ $0.began(2) }, of: &opening, is: 2)
        // The old connection's last transfer ends meanwhile.
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

@Suite("What epoll is told of libcurl's sockets")
struct WatchedSocketsTests {
    @Test("the same wish is told once, also after a time without one")
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

    @Test("what epoll has forgotten is added again")
    func forgotten() {
        var sockets = WatchedSockets()
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
        sockets.unwanted(5)
        sockets.unregistered(5)
        #expect(sockets.isKnown(5))
        expect({ $0.wanted(5, events: 1) }, of: &sockets, is: .add)
    }

    @Test("a connection and its successor are told apart, and a number may come again")
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
