import Host
import Measurement
import Testing

@testable import LoadGenerator

@Suite("The receive stamp")
struct ArrivalReaderTests {
    private func at(_ microseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: microseconds * 1_000)
    }

    @Test("bytes that waited are stamped with their arrival, however late they are read")
    func arrival() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 100, instant: at(10)))
        #expect(reader.stamp(ofRead: 100, at: at(900)) == at(10))
    }

    @Test("where a read brings more than was seen waiting, or nothing was seen, the stamp is the read's time")
    func unknown() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 100, instant: at(10)))
        #expect(reader.stamp(ofRead: 101, at: at(50)) == at(50))
        reader.willRead(nil)
        #expect(reader.stamp(ofRead: 1, at: at(70)) == at(70))
    }

    @Test("a stamp is never before the one before it, and never after the read")
    func order() {
        var reader = ArrivalReader()
        #expect(reader.stamp(ofRead: 1, at: at(50)) == at(50))
        reader.willRead(SocketArrival(bytes: 10, instant: at(49)))
        #expect(reader.stamp(ofRead: 10, at: at(60)) == at(50))
        reader.willRead(SocketArrival(bytes: 10, instant: at(99)))
        #expect(reader.stamp(ofRead: 10, at: at(80)) == at(80))
    }

    @Test("several reads of what waited, or a head beside a body, are believed as far as the bytes go")
    func beside() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 300, instant: MonotonicInstant(nanoseconds: 10)))
        #expect(reader.stamp(ofRead: 100, beside: 100, at: MonotonicInstant(nanoseconds: 20)).nanoseconds == 10)
        #expect(reader.stamp(ofRead: 100, at: MonotonicInstant(nanoseconds: 21)).nanoseconds == 10)
        #expect(reader.stamp(ofRead: 1, at: MonotonicInstant(nanoseconds: 22)).nanoseconds == 22)
        reader.willRead(SocketArrival(bytes: 300, instant: MonotonicInstant(nanoseconds: 30)))
        #expect(
            reader.stamp(ofRead: 300, beside: 200, at: MonotonicInstant(nanoseconds: 40)).nanoseconds == 40,
            "an item came between the look and the read")
    }
}
