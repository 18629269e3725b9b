import Glibc
import Testing

@testable import FeedServer

@Suite("Places of connections, and subscribers")
struct OccupancyTests {
    @Test("connections are served up to the maximum, 16 more are refused, and further ones are dropped")
    func connections() {
        let occupancy = Occupancy(maximumPlaces: 3, maximumSubscribers: 1, descriptorLimit: 1_000)
        let admissions = (0..<20).map { occupancy.admitConnection(descriptor: $0) }
        #expect(admissions[..<3].allSatisfy { $0 == .served })
        #expect(admissions[3..<19].allSatisfy { $0 == .refused })
        #expect(admissions[19] == .dropped)
        for _ in 0..<18 { occupancy.leavePlace() }
        #expect(occupancy.admitConnection(descriptor: 1) == .served)
    }

    @Test("no connection takes one of the last 16 descriptors", arguments: [(133, true), (134, false), (149, false)])
    func descriptors(number: Int, isServed: Bool) {
        let occupancy = Occupancy(maximumPlaces: 1_000, maximumSubscribers: 1, descriptorLimit: 150)
        #expect((occupancy.admitConnection(descriptor: number) == .served) == isServed)
    }

    @Test("accepting stops at 16 accepted connections that no loop has handled")
    func unseen() {
        let occupancy = Occupancy(maximumPlaces: 1_000, maximumSubscribers: 1, descriptorLimit: .max)
        #expect((0..<15).allSatisfy { _ in occupancy.connectionAccepted() })
        #expect(!occupancy.connectionAccepted())
        for _ in 0..<2 { _ = occupancy.admitConnection(descriptor: 9) }
        #expect(occupancy.connectionAccepted())
    }

    @Test("a refused subscription takes no place")
    func subscribers() {
        let occupancy = Occupancy(maximumPlaces: 1, maximumSubscribers: 1, descriptorLimit: .max)
        #expect(occupancy.takeSubscription())
        #expect(!occupancy.takeSubscription())
        occupancy.leaveSubscription()
        #expect(occupancy.takeSubscription())
    }

    @Test("accepting pauses only for errors of exhausted resources")
    func exhaustion() {
        #expect([EMFILE, ENFILE, ENOBUFS, ENOMEM].allSatisfy(AcceptPause.isExhaustion))
        #expect(![EBADF, ECONNABORTED, EINVAL].contains(where: AcceptPause.isExhaustion))
    }
}
