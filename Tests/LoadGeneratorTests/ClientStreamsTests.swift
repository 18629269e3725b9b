import Testing

@testable import LoadGenerator

@Suite("Streams of a client's HTTP/2 connection")
struct ClientStreamsTests {
    private var own = ClientStreams(for: 0, isShared: false)
    private var shared = ClientStreams(for: 0, isShared: true)

    @Test("clients wait for the server's SETTINGS and then get their streams in order")
    mutating func order() {
        let joined = [shared.joins(1), shared.joins(2)]
        let early = shared.next()
        shared.ready()
        let order = [shared.next(), shared.next(), shared.next(), shared.next()]
        let late = shared.joins(3)
        #expect(joined == [false, false])
        #expect(early == nil)
        #expect(order == [0, 1, 2, nil])
        #expect(late)
    }

    @Test("clients that wait when the connection starts closing get no stream")
    mutating func leaving() {
        _ = shared.joins(1)
        shared.ready()
        _ = shared.next()
        shared.stopOpening()
        let next = shared.next()
        let waiting = shared.takeWaiting()
        #expect(next == nil)
        #expect(waiting == [1])
        #expect(!shared.acceptsClients)
    }

    @Test("a connection that could not be opened accepts no client, so clients that connect again get another")
    mutating func openingFails() {
        _ = shared.joins(1)
        let waiting = shared.openingFailed()
        #expect(waiting == [0, 1])
        #expect(!shared.acceptsClients)
    }

    @Test("a connection of one client ends with its stream; a shared one ends when no client will reconnect")
    mutating func ending() {
        own.ready()
        _ = own.next()
        own.streamOpens()
        let before = own.endsNow(isFinishing: true)
        own.streamEnded()
        let after = own.endsNow(isFinishing: false)
        #expect(!before && after && own.isClosingIdle)

        shared.ready()
        _ = shared.next()
        shared.streamOpens()
        shared.streamEnded()
        let unfinished = shared.endsNow(isFinishing: false)
        let finished = shared.endsNow(isFinishing: true)
        #expect(!unfinished && finished)
    }

    @Test("after GOAWAY a shared connection ends with its last stream")
    mutating func goAway() {
        shared.ready()
        _ = shared.next()
        shared.streamOpens()
        shared.stopOpening()
        #expect(!shared.isClosingIdle)
        shared.streamEnded()
        let ends = shared.endsNow(isFinishing: false)
        #expect(ends)
    }

    @Test("only the first failure is reported")
    mutating func failures() {
        let reported = [own.fails(), own.fails()]
        #expect(reported == [true, false])
        #expect(!own.acceptsClients)
    }
}
