import Foundation
import Host
import Measurement
import Testing
import Transports

@testable import LoadGenerator

@Suite("File descriptors of the load process", .serialized, .timeLimit(.minutes(1)))
struct DescriptorTests {
    static let polling = TransportRegistry.standard.push.filter { $0.client.isMadeOfExchanges }.map { $0.name }

    @Test("a fleet of polling clients opens no more descriptors than it reserves", arguments: polling)
    func enough(name: String) async throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let clients = 400
        var taken: [Int] = []
        // Other tests of this process open and close descriptors meanwhile, so the median of five is used.
        for _ in 0..<5 {
            let before = try count { _ in true }
            let fleet = try fleet(transport, clients)
            taken.append(try count { _ in true } - before)
            fleet.start()
            _ = await fleet.finish(through: 0, by: .unknown)
        }
        // The sockets to the server are not open yet.
        let needed = LoadWorker.descriptorsNeeded(for: clients, of: ShortPolling.self, sharesHandles: true)
        let allowed = Int(needed) - clients
        #expect(taken.sorted()[2] <= allowed)
        #expect(taken.sorted()[2] >= 2)
    }

    @Test("a fleet that has ended leaks no descriptors", arguments: polling)
    func noLeak(name: String) async throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        let isOfFleets = { (link: String) in link.contains("eventfd") || link.contains("eventpoll") }
        let before = try count(isOfFleets)
        for _ in 0..<200 {
            let fleet = try fleet(transport, 1)
            fleet.start()
            _ = await fleet.finish(through: 0, by: .unknown)
        }
        // Event loops of other tests have such descriptors too.
        #expect(try count(isOfFleets) - before < 100)
    }

    private func fleet(_ transport: any PushTransport.Type, _ clients: Int) throws -> CurlFleet {
        guard case .exchanges(let makeListener) = transport.client else {
            preconditionFailure("a poll must be an exchange")
        }
        return CurlFleet(try plan(transport, clients), makeListener)
    }

    private func count(_ isCounted: (String) -> Bool) throws -> Int {
        let folder = "/proc/self/fd/"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
            guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: folder + name) else {
                return false
            }
            return isCounted(link)
        }
    }

    /// Clients that start in one hour, so that none of them connects.
    private func plan(_ transport: any PushTransport.Type, _ clients: Int) throws -> LoadPlan {
        let later = MonotonicClock.now() + .seconds(3_600)
        return LoadPlan(
            target: LoadTarget(port: 9), transport: transport.name, options: transport.defaultOptions, clients: clients,
            times: LoadTimes(start: later, windowStart: later, windowEnd: later))
    }
}
