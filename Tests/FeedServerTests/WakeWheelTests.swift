import Measurement
import Testing

@testable import FeedServer

@Suite("Waking many connections, each at its time")
struct WakeWheelTests {
    final class Poll: Sleeper {
        let name: String
        var wakeAt: MonotonicInstant?
        var place: WakePlace?

        init(_ name: String) { self.name = name }
    }

    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    private var wheel = WakeWheel<Poll>(now: MonotonicInstant(nanoseconds: 0))

    private mutating func wake(_ poll: Poll, at milliseconds: Int64?) {
        poll.wakeAt = milliseconds.map(Self.at)
        wheel.changed(poll)
    }

    private mutating func due(at milliseconds: Int64) -> [String] {
        wheel.takeDue(Self.at(milliseconds)).map(\.name).sorted()
    }

    @Test("each is woken once, at most one period late")
    mutating func eachIsWokenOnceAtMostOnePeriodLate() {
        let (a, b, c) = (Poll("a"), Poll("b"), Poll("c"))
        wake(a, at: 100)
        wake(b, at: 101)
        wake(c, at: 25_000)
        #expect(due(at: 99) == [])
        #expect(due(at: 100) == ["a"])
        #expect(due(at: 119) == [])
        #expect(due(at: 120) == ["b"])
        #expect(due(at: 24_999) == [])
        #expect(due(at: 25_000) == ["c"])
        #expect(due(at: 100_000) == [])
    }

    @Test("the next time to look is known; without members it is nil")
    mutating func theNextTimeIsKnown() {
        #expect(wheel.nextWake == nil)
        let (a, b, late) = (Poll("a"), Poll("b"), Poll("late"))
        wake(b, at: 1_310)
        #expect(wheel.nextWake == Self.at(1_320))
        wake(a, at: 100)
        #expect(wheel.nextWake == Self.at(100))
        wake(late, at: 50_000)
        #expect(due(at: 110) == ["a"])
        #expect(wheel.nextWake == Self.at(1_320))
        #expect(due(at: 2_000) == ["b"])
        // Beyond the wheel's last slot: it is looked at after each turn.
        var looks = 0
        while let next = wheel.nextWake {
            looks += 1
            let names = due(at: next.nanoseconds / 1_000_000)
            #expect(names == (next < Self.at(50_000) ? [] : ["late"]))
        }
        #expect(looks == 2)
    }

    @Test("after a long time without members the wheel looks at once, then in time")
    mutating func aLongTimeWithoutMembers() {
        let poll = Poll("poll")
        wake(poll, at: 900_000)
        // The wheel has not been told what time it is.
        #expect(wheel.nextWake.map { $0 <= Self.at(60_000) } == true)
        #expect(due(at: 899_500) == [])
        #expect(wheel.nextWake == Self.at(900_000))
        #expect(due(at: 900_000) == ["poll"])
        #expect(wheel.nextWake == nil)
    }

    @Test("a time may move both ways, or be given up")
    mutating func aTimeThatMovesIsKept() {
        let (later, earlier, never) = (Poll("later"), Poll("earlier"), Poll("never"))
        wake(later, at: 100)
        wake(later, at: 300)
        wake(earlier, at: 300)
        wake(earlier, at: 100)
        wake(never, at: 100)
        wake(never, at: nil)
        #expect(due(at: 200) == ["earlier"])
        #expect(due(at: 280) == [])
        #expect(due(at: 300) == ["later"])
        #expect(never.place == nil)
    }

    @Test("a time beyond the wheel takes another turn")
    mutating func aTimeBeyondTheWheelTakesAnotherTurn() {
        let (far, endless) = (Poll("far"), Poll("endless"))
        wake(far, at: 120_000)
        wake(endless, at: .max / 1_000_000)
        for second in 1..<120 { #expect(due(at: Int64(second) * 1_000) == []) }
        #expect(due(at: 120_000) == ["far"])
        #expect(endless.place != nil)
    }

    @Test("a past time is due at the next tick")
    mutating func aPastTimeIsDueAtTheNextTick() {
        let poll = Poll("a")
        #expect(due(at: 500) == [])
        wake(poll, at: 100)
        #expect(due(at: 520) == ["a"])
    }

    @Test("after a long pause all are due, once")
    mutating func afterALongPauseAllAreDue() {
        let polls = (0..<5_000).map { Poll("\($0)") }
        for (index, poll) in polls.enumerated() { wake(poll, at: Int64(index) * 9) }
        #expect(due(at: 10_000_000).count == 5_000)
    }

    @Test("those that are removed are not woken, and the others are")
    mutating func theRemovedAreNotWokenAndTheOthersAre() {
        let polls = (0..<7).map { Poll("\($0)") }
        for poll in polls { wake(poll, at: 100) }
        for index in [0, 3, 6] { wheel.remove(polls[index]) }
        wheel.remove(polls[0])
        #expect(due(at: 100) == ["1", "2", "4", "5"])
    }
}
