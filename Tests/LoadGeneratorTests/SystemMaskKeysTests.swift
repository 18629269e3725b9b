import Testing
import WebSocketProtocol

@testable import LoadGenerator

@Suite("Mask keys of the system")
struct SystemMaskKeysTests {
    @Test("handshake keys differ, within a system call, over several, and between two clients")
    func differ() {
        var (first, second) = (MaskKeySource.system, MaskKeySource.system)
        let keys = (0..<100).flatMap { _ in [first.nextHandshakeKey(), second.nextHandshakeKey()] }
        #expect(Set(keys).count == 200)
    }
}
