import Host
import Measurement
import Testing

@testable import LoadGenerator

@Suite("The receive timestamp")
struct ArrivalReaderTests {
    private func at(_ microseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: microseconds * 1_000)
    }

    @Test("waiting bytes get the timestamp of their arrival, however late they are read")
    func arrival() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 100, instant: at(10)))
        reader.read(100)
        #expect(reader.stamp(at: at(900)) == at(10))
    }

    @Test("if a read returns more than the waiting bytes, or no bytes were waiting, the timestamp is the read's time")
    func unknown() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 100, instant: at(10)))
        reader.read(101)
        #expect(reader.stamp(at: at(50)) == at(50))
        reader.willRead(nil)
        reader.read(1)
        #expect(reader.stamp(at: at(70)) == at(70))
    }

    @Test("a timestamp is never before the previous one, and never after the read")
    func order() {
        var reader = ArrivalReader()
        #expect(reader.stamp(at: at(50)) == at(50))
        reader.willRead(SocketArrival(bytes: 10, instant: at(49)))
        #expect(reader.stamp(at: at(60)) == at(50))
        reader.willRead(SocketArrival(bytes: 10, instant: at(99)))
        #expect(reader.stamp(at: at(80)) == at(80))
    }

    @Test("several reads of the waiting bytes all get the time of arrival, up to the number of waiting bytes")
    func several() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 300, instant: at(10)))
        for (bytes, now, stamp) in [(200, 20, 10), (100, 21, 10), (1, 22, 22)] as [(Int, Int64, Int64)] {
            reader.read(bytes)
            #expect(reader.stamp(at: at(now)) == at(stamp))
        }
    }

    @Test("if one read returns more than the waiting bytes, all content from that read gets the read's time")
    func streams() {
        var reader = ArrivalReader()
        reader.willRead(SocketArrival(bytes: 100, instant: at(10)))
        reader.read(150)
        #expect(reader.stamp(at: at(30)) == at(30))
        #expect(reader.stamp(at: at(31)) == at(31))
    }
}
