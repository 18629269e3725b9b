import Testing

@testable import LoadGenerator

@Suite("Streams of a client's HTTP/2 connection")
struct ClientStreamsTests {
    private var own = ClientStreams(for: 0, isShared: false)
    private var shared = ClientStreams(for: 0, isShared: true)

    @Test("callers wait for the server's SETTINGS and then get their streams in order")
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

    @Test("who waits when the connection leaves gets no stream")
    mutating func leaving() {
        _ = shared.joins(1)
        shared.ready()
        _ = shared.next()
        shared.leaves()
        let next = shared.next()
        let stranded = shared.takeWaiting()
        #expect(next == nil)
        #expect(stranded == [1])
        #expect(!shared.takesCallers)
    }

    @Test("a connection of one client's ends with its stream, a shared one when no client comes back")
    mutating func ending() {
        own.ready()
        _ = own.next()
        own.streamOpens()
        let before = own.endsNow(isFinishing: true)
        own.streamEnded()
        let after = own.endsNow(isFinishing: false)
        #expect(!before && after && own.isAbandoned)

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
        shared.leaves()
        #expect(!shared.isAbandoned)
        shared.streamEnded()
        let ends = shared.endsNow(isFinishing: false)
        #expect(ends)
    }

    @Test("only the first failure is told")
    mutating func failures() {
        let told = [own.fails(), own.fails()]
        #expect(told == [true, false])
        #expect(!own.takesCallers)
    }
}
