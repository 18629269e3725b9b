import Feed
import LinkRelay
import LoadGenerator
import Measurement
import ResultFiles
import Synchronization
import Testing
import Transports
import WireAccounting

@testable import Lab

@Suite("Measuring one case without processes")
struct CaseMeasurementTests {
    @Test("server, middleboxes and clients start in this order and stop in reverse order")
    func order() async throws {
        let log = EventLog()
        let boxes = [FakeMiddlebox(name: "link", port: 2_001, log: log), FakeMiddlebox(name: "nginx", log: log)]
        let load = FakeLoad { plan in
            log.add("load at \(plan.target.port)")
            return LoadRecord()
        }
        let measurement = CaseMeasurement(
            subject: .fake(), server: FakeServer(log: log), middleboxes: MiddleboxChain(boxes), load: load,
            host: ManualHost())
        _ = try await measurement.run()
        #expect(
            log.events == [
                "server started", "link started before 1000", "nginx started before 2001", "load at 2000",
                "nginx stopped", "link stopped", "server stopped",
            ])
    }

    @Test("the outcome has the results of a server that always answers")
    func answeringServer() async throws {
        var server = FakeRunningServer(.fake(newest: 4))
        server.entries = [
            .init(sequence: 1, dueNanoseconds: 2_000_000_000, publishedNanoseconds: 2_000_900_000),
            .init(sequence: 2, dueNanoseconds: 2_500_000_000, publishedNanoseconds: 2_500_100_000),
            .init(sequence: 3, dueNanoseconds: 12_500_000_000, publishedNanoseconds: 12_500_000_000),
        ]
        let outcome = try await measure(server) { record in record.lastSequence = 3 }
        #expect(outcome.idle?.version == "9.9.9")
        #expect(outcome.before != nil && outcome.after != nil)
        #expect(outcome.published == 3)
        // The window is from 2.5 s to 12.5 s: only the second item is due within it.
        #expect(outcome.publisherLag?.count == 1)
        #expect(outcome.publisherLag?.max == 100)
        #expect(outcome.record.rowObjections == [])
    }

    @Test("the outcome has no results of a third-party server without a status")
    func thirdPartyServer() async throws {
        var server = FakeRunningServer(nil)
        server.endpoint.isFresh = false
        server.endpoint.reportsStatus = false
        let outcome = try await measure(server) { record in record.lastSequence = 3 }
        #expect(outcome.idle == nil && outcome.before == nil && outcome.after == nil)
        #expect(outcome.published == nil)
        #expect(outcome.publisherLag == nil)
        #expect(outcome.record.rowObjections == [])
    }

    @Test("a server that has reported its status before must report it again")
    func missingStatus() async {
        await #expect(throws: ProbeFault.self) { try await measure(FakeRunningServer(nil)) }
    }

    @Test("a server that stops answering or is restarted gives no results")
    func lostServer() async throws {
        let (first, other) = (ServerStatus.fake(), ServerStatus.fake(processID: 8))
        for (server, reason) in [
            (FakeRunningServer(first, first, nil), "the server stopped answering within the run"),
            (FakeRunningServer(first, nil, first), "the server stopped answering within the run"),
            (FakeRunningServer(first, first, other), "the server was restarted within the run"),
        ] {
            let outcome = try await measure(server) { record in record.lastSequence = 3 }
            #expect(outcome.record.rowObjections == [reason])
            #expect(outcome.record.hasLostServer)
            #expect(outcome.before == nil && outcome.after == nil)
            #expect(outcome.published == nil && outcome.publisherLag == nil && outcome.serverKernel == nil)
        }
    }

    @Test("another server of the same stream is no loss, but its counters are not those of the first")
    func otherServerOfStream() async throws {
        let (first, other) = (ServerStatus.follower(processID: 7), ServerStatus.follower(processID: 8))
        for server in [
            FakeRunningServer(first, first, other), FakeRunningServer(first, nil, first),
            FakeRunningServer(first, other, other),
        ] {
            let outcome = try await measure(server) { record in
                record.lastSequence = 3
                record.kernel.connections = 0
            }
            #expect(outcome.record.rowObjections == [])
            #expect(!outcome.record.hasLostServer)
            #expect(outcome.published == 3)
            #expect(outcome.before == nil && outcome.after == nil)
            #expect(outcome.usage.cpu == nil && outcome.publisherLag == nil)
        }
        let outcome = try await measure(FakeRunningServer(first, first, first, other)) { $0.lastSequence = 3 }
        #expect(outcome.after != nil && outcome.serverKernel == nil)
        let same = try await measure(FakeRunningServer(first)) { $0.lastSequence = 3 }
        #expect(same.after != nil && same.serverKernel != nil)
        var replaced = other
        replaced.epochNanoseconds += 1
        let lost = try await measure(FakeRunningServer(first, first, replaced)) { $0.lastSequence = 3 }
        #expect(lost.record.rowObjections == ["the server was restarted within the run"])
    }

    @Test("the load process and the lab report a lost server only once")
    func oneReason() async throws {
        let outcome = try await measure(FakeRunningServer(.fake(), nil)) { record in
            record.hasLostServer = true
            record.rowObjections = ["the server stopped answering within the run"]
        }
        #expect(outcome.record.rowObjections.count == 1)
    }

    // MARK: The server's ends of the connections

    @Test("only this case's share of the server's counters is used")
    func serverEnds() async throws {
        let server = FakeRunningServer(.counting(2, bytesUp: 100), .counting(4, bytesUp: 350))
        let outcome = try await measure(server) { record in record.kernel.connections = 2 }
        #expect(outcome.serverKernel?.connections == 2)
        #expect(outcome.serverKernel?.bytesUp == 250)
    }

    @Test("further connections are reported on a fresh server; on others they belong to other clients")
    func otherConnections() async throws {
        for isFresh in [true, false] {
            var server = FakeRunningServer(.counting(0), .counting(3))
            server.endpoint.isFresh = isFresh
            let outcome = try await measure(server) { record in record.kernel.connections = 2 }
            #expect(outcome.serverKernel?.connections == (isFresh ? 3 : nil))
        }
    }

    @Test("the server's counters are not used with a middlebox, whose connections they count")
    func behindMiddlebox() async throws {
        for box in [FakeMiddlebox(name: "nginx"), ForwardProxy(address: ProxyAddress(host: "p", port: 1))]
            as [any Middlebox]
        {
            let server = FakeRunningServer(.counting(0), .counting(2))
            let outcome = try await measure(server, middleboxes: [box]) { record in record.kernel.connections = 2 }
            #expect(outcome.serverKernel == nil)
        }
    }

    @Test("through a simulated network the ends are compared, and its stalls count from the feed's first instant")
    func behindNetwork() async throws {
        var report = LinkRelayReport()
        report.swallowedDown = 7
        let link = FakeLink(report)
        let server = FakeRunningServer(.counting(0), .counting(2, bytesUp: 5))
        let outcome = try await measure(server, middleboxes: [FakeLinkBox(link: link)]) { record in
            record.kernel.connections = 2
        }
        #expect(outcome.serverKernel?.bytesUp == 5)
        #expect(outcome.link == report)
        #expect(link.log.events == ["stalls from 1500000000", "stopped"])
    }

    @Test("after the network has reset what was left, the server's count is read again")
    func halfOpenConnections() async throws {
        let link = FakeLink()
        // One status before the run, two in it and several before the time limit.
        let server = FakeRunningServer(.counting(0), .counting(1))
        let outcome = try await measure(server, middleboxes: [FakeLinkBox(link: link)]) { record in
            record.kernel.connections = 2
        }
        #expect(outcome.serverKernel?.connections == 1)
        #expect(link.log.events.suffix(1) == ["stopped"])
    }

    @Test("frames that a network swallowed are not framing of the clients' connections")
    func swallowedFrames() async throws {
        var report = LinkRelayReport()
        report.swallowedDown = 7
        let server = FakeRunningServer(.counting(0), .counting(1))
        let outcome = try await measure(server, middleboxes: [FakeLinkBox(link: FakeLink(report))]) { record in
            record.lacksHTTP2Bytes = true
            (record.kernel.connections, record.kernel.bytesDown) = (1, 500)
        }
        #expect(outcome.framingIsRemainder)
        #expect(outcome.record.ledger[.framing, .down] == 500)
    }

    @Test("if no end reports HTTP/2 frames, the rest of the kernel's count is framing")
    func remainder() async throws {
        var server = FakeRunningServer(nil)
        server.endpoint = ServerEndpoint(target: LoadTarget(port: 1))
        let outcome = try await measure(server) { record in
            record.lacksHTTP2Bytes = true
            record.kernel.bytesDown = 500
            record.ledger.book(300, .payload, .down)
        }
        #expect(outcome.framingIsRemainder)
        #expect(outcome.record.ledger[.framing, .down] == 200)
    }

    @Test("if the server reports HTTP/2 frames, its count is used")
    func tally() async throws {
        let server = FakeRunningServer(.counting(0), .counting(1))
        let outcome = try await measure(server) { record in
            record.lacksHTTP2Bytes = true
            record.kernel.connections = 1
            record.kernel.bytesDown = 500
        }
        #expect(!outcome.framingIsRemainder)
        #expect(outcome.record.ledger[.framing, .down] == 0)
    }

    @Test("a case can begin at any step with earlier results")
    func middleOfIt() async throws {
        let measurement = CaseMeasurement(subject: .fake(), server: FakeServer(), load: FakeLoad(), host: ManualHost())
        let server = FakeRunningServer()
        let entryPoint = EntryPoint(of: server.endpoint)
        let plan = measurement.subject.plan(
            for: server.endpoint, status: .fake(), through: entryPoint, at: MonotonicInstant(nanoseconds: 0),
            clock: "manual")
        let status = ServerStatus.fake()
        let seen = CaseMeasurement.Observation(
            plan: plan, record: LoadRecord(), idle: status, before: status, after: status)
        let outcome = try await measurement.collect(seen, from: server, through: entryPoint)
        #expect(outcome.published == 0)
        #expect(RowMaker(identity: .fake, outcome: outcome).summary.valid == true)
    }

    @Test("a server that makes its own items accepts none")
    func publishing() async throws {
        await #expect(throws: PublishingUnsupported()) {
            try await FakeRunningServer().publish(ItemLine(Array("x".utf8)))
        }
    }

    private func measure(
        _ server: FakeRunningServer, middleboxes: [any Middlebox] = [],
        _ change: @escaping @Sendable (inout LoadRecord) -> Void = { _ in }
    ) async throws -> CaseOutcome {
        let load = FakeLoad { _ in
            var record = LoadRecord()
            change(&record)
            return record
        }
        return try await CaseMeasurement(
            subject: .fake(), server: FakeServer(running: server), middleboxes: MiddleboxChain(middleboxes), load: load,
            host: ManualHost()
        ).run()
    }
}

extension ServerStatus {
    /// Of a server that follows a stream.
    fileprivate static func follower(processID: Int32) -> ServerStatus {
        var status = ServerStatus.fake(processID: processID, newest: 3)
        (status.isSourceConnected, status.feedKernel) = (true, KernelCount())
        return status
    }

    fileprivate static func counting(_ connections: Int64, bytesUp: Int64 = 0) -> ServerStatus {
        var (status, kernel) = (ServerStatus.fake(), KernelCount())
        (kernel.connections, kernel.bytesUp) = (connections, bytesUp)
        status.feedKernel = kernel
        return status
    }
}
