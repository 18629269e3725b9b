import LoadGenerator
import Testing
import Transports
import WireAccounting

@testable import Lab

@Suite("Whether a watched server is still the same")
struct ServerContinuityTests {
    private static func identity(_ epoch: Int64) -> ServerIdentity {
        var status = ServerStatus()
        status.epochNanoseconds = epoch
        return ServerIdentity(status)
    }

    private static func progress(_ connections: Int64...) -> [FleetProgress] {
        connections.map { count in
            var progress = FleetProgress()
            progress.kernel.connections = count
            return progress
        }
    }

    @Test("the server is asked only when there is a new connection")
    func doubt() {
        var continuity = ServerContinuity(Self.identity(1))
        #expect(continuity.isInDoubt(Self.progress(1, 1)))
        let isSame = continuity.confirms(Self.progress(1, 1), by: Self.identity(1))
        #expect(isSame)
        #expect(!continuity.isInDoubt(Self.progress(1, 1)))
        #expect(continuity.isInDoubt(Self.progress(1, 2)))
    }

    @Test("another server is not confirmed")
    func anotherServer() {
        var continuity = ServerContinuity(Self.identity(1))
        let isSame = continuity.confirms(Self.progress(2, 1), by: Self.identity(2))
        #expect(!isSame)
        #expect(continuity.isInDoubt(Self.progress(2, 1)))
    }

    @Test("another server of the same stream has the same items")
    func otherServerOfStream() {
        var status = ServerStatus()
        (status.processID, status.isSourceConnected) = (7, true)
        var continuity = ServerContinuity(ServerIdentity(status))
        status.processID = 8
        let isSame = continuity.confirms(Self.progress(2, 1), by: ServerIdentity(status))
        #expect(isSame && !continuity.isInDoubt(Self.progress(2, 1)))
    }

    @Test("nothing is in doubt if the server does not report its identity")
    func unknown() {
        #expect(!ServerContinuity(nil).isInDoubt(Self.progress(1, 2)))
    }
}
