import FeedServer
import Host
import LoadGenerator
import Measurement
import Testing
import Transports
import WireAccounting

@Suite("Variants of polling", .serialized, .timeLimit(.minutes(2)))
struct PollVariantTests {
    struct Variant: CustomTestStringConvertible, Sendable {
        let transport: String
        let options: [String: TransportOptionValue]
        var encrypts = false
        var testDescription: String { "\(transport)\(encrypts ? " with TLS" : "") \(options)" }
    }

    static let variants = [
        Variant(transport: "short-poll", options: ["connection": .choice("new")]),
        Variant(transport: "short-poll", options: ["empty": .choice("full")]),
        Variant(transport: "short-poll", options: ["empty": .choice("conditional")]),
        Variant(transport: "short-poll", options: ["gzip": .flag(true)]),
        Variant(transport: "short-poll", options: ["headers": .choice("modern-browser")]),
        Variant(
            transport: "short-poll",
            options: ["gzip": .flag(true), "empty": .choice("conditional"), "connection": .choice("new")]),
        Variant(transport: "long-poll", options: ["headers": .choice("modern-browser")]),
        Variant(transport: "long-poll", options: ["batch": .choice("one"), "pause": .duration(.zero)]),
        Variant(transport: "long-poll", options: ["pause": .duration(.milliseconds(30))]),
        Variant(transport: "long-poll", options: ["connection": .choice("new"), "pause": .duration(.zero)]),
        // The server's closing alert arrives when the client no longer needs the connection.
        Variant(transport: "short-poll", options: ["connection": .choice("new")], encrypts: true),
        Variant(
            transport: "short-poll", options: ["connection": .choice("new"), "resumption": .flag(true)],
            encrypts: true),
        Variant(
            transport: "long-poll", options: ["connection": .choice("new"), "pause": .duration(.zero)], encrypts: true),
        Variant(
            transport: "long-poll",
            options: ["connection": .choice("new"), "pause": .duration(.zero), "resumption": .flag(true)],
            encrypts: true),
    ]

    @Test(
        "every client gets every item once, in order, and both kernels and the ledger count the same bytes",
        arguments: variants)
    func completeDelivery(variant: Variant) async throws {
        let subject = try #require(
            Experiment.Subject.all.first {
                $0.transport.name == variant.transport && $0.encrypts == variant.encrypts
            })
        let experiment = try await Experiment.start(subject, items: 50, period: .milliseconds(10), threads: 2)
        var plan = experiment.plan(subject, clients: 10)
        for (name, value) in variant.options { plan.options[try subject.transport.option(named: name)] = value }
        let record = try await LoadWorker.run(plan) { experiment.last }
        let server = try await experiment.serverKernel(connections: record.kernel.connections)
        let requests = try await experiment.requests(of: subject, connections: record.kernel.connections)
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 10, expected: 500, delivered: 500, unique: 500))
        expectConservation(record)
        #expect(EndsAgreement(client: record.kernel, server: server).complaints == [])
        expectExchanges(of: variant, record, requests)
    }

    private func expectExchanges(of variant: Variant, _ record: LoadRecord, _ requests: Int) {
        let exchanges = record.exchanges
        #expect((record.ledger[.tls] > 0) == variant.encrypts)
        // TLS 1.3 adds 22 bytes per record; set-up bytes are subtracted.
        #expect((record.ledger[.tls] - record.ledger.tlsSetupBytes) % 22 == 0)
        if variant.options["connection"] == .choice("new") {
            #expect(exchanges.connects >= exchanges.requests)
        } else {
            #expect(exchanges.connects == 10)
        }
        if variant.options["batch"] == .choice("one") { #expect(exchanges.fullResponses == 500) }
        // The server compresses only short polls.
        let isCompressed =
            variant.transport == "short-poll"
            && (variant.options["gzip"] == .flag(true) || variant.options["headers"] != nil)
        // Random text of 64 characters compresses to six bits per byte.
        #expect((record.ledger.payloadBytes < 500 * 128) == isCompressed)
        if variant.options["headers"] != nil {
            let perRequest = Double(record.ledger[.httpHead, .up]) / Double(requests)
            #expect(perRequest > 480 && perRequest < 525)
        }
    }

    @Test("each exchange of the article has 716 B of request headers and 193 B of response headers")
    func quantum2009() async throws {
        let subject = try #require(Experiment.Subject.all.first { $0.transport.name == "short-poll" })
        let experiment = try await Experiment.start(subject, items: 20, period: .milliseconds(50), payloadBytes: 20)
        var plan = experiment.plan(subject, clients: 10)
        plan.options[RequestProfile.key] = .quantum2009
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        expectConservation(record)
        let requests = Int64(record.exchanges.requests)
        #expect(requests >= 100)
        #expect(record.ledger[.httpHead, .up] == requests * 716)
        #expect(record.ledger[.httpHead, .down] == requests * 193)
        #expect(record.ledger[.payload, .down] == Int64(record.deliveries.delivered) * 20)
        #expect(record.deliveries.unique > 0)
        #expect(record.deliveries.reordered == 0)
    }
}
