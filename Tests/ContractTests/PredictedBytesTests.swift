import FeedServer
import LoadGenerator
import Measurement
import Prediction
import Scenario
import Testing
import Transports
import WireAccounting

/// The formulas give the bytes of a run exactly, from the numbers of its messages.
@Suite("Predicted bytes")
struct PredictedBytesTests {
    @Test(
        "equal the counted bytes of every layer over HTTP/1.1 without TLS",
        arguments: TransportRegistry.standard.push.map { $0.name })
    func plain(name: String) async throws {
        let subject = Experiment.Subject(transport: try #require(TransportRegistry.standard.push(named: name)))
        let (record, plan, payload) = try await Self.run(subject)
        let predicted = Self.predicted(record, plan, payload, encrypts: false)
        for place in LayerBytes.places {
            #expect(
                predicted[place] == Double(record.ledger[place.layer, place.direction]), "\(name): \(place.name)")
        }
    }

    @Test("are within 1 % with TLS, without handshakes", arguments: TransportRegistry.standard.push.map { $0.name })
    func encrypted(name: String) async throws {
        let subject = Experiment.Subject(
            transport: try #require(TransportRegistry.standard.push(named: name)), encrypts: true)
        let (record, plan, payload) = try await Self.run(subject)
        let predicted = Self.predicted(record, plan, payload, encrypts: true)
        let ledger = record.ledger
        let counted = Double(ledger.tcpPayloadBytes(.up) + ledger.tcpPayloadBytes(.down) - ledger.setupBytes)
        let expected = predicted.tcpPayload - predicted.setup
        #expect(abs(expected / counted - 1) < 0.01, "\(name): \(expected) B predicted, \(counted) B counted")
    }

    private static func run(_ subject: Experiment.Subject) async throws -> (LoadRecord, LoadPlan, Int) {
        // Sequences of one to three digits, and bodies of three and more.
        let experiment = try await Experiment.start(subject, items: 120, period: .milliseconds(4))
        let plan = experiment.plan(subject, clients: 3)
        let record = try await LoadWorker.run(plan) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries.unique == 3 * experiment.last)
        return (record, plan, experiment.payloadBytes)
    }

    private static func predicted(
        _ record: LoadRecord, _ plan: LoadPlan, _ payload: Int, encrypts: Bool
    ) -> LayerBytes {
        let type = TransportRegistry.standard.push(named: plan.transport) ?? RawTCP.self
        let sizes = MessageSizes(
            type, options: plan.options, payload: payload, authority: plan.target.authority)
        let counts = MessageCounts(
            record.messages, connections: Int(record.exchanges.connects), clients: plan.clients)
        return ByteModel(sizes, encrypts: encrypts).bytes(of: counts)
    }
}
