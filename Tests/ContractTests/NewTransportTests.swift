import Feed
import FeedServer
import Foundation
import HTTP
import LoadGenerator
import Measurement
import NIOCore
import Scenario
import Testing
import WireAccounting

@testable import Report
@testable import Transports

/// A transport outside the standard registry: short polling under other names.
private enum CarrierPigeon: PushTransport {
    static let name = "carrier-pigeon"
    static let otherNames = ["dove"]
    static let title = "carrier pigeon"
    static let colour = "#112233"
    static let entrance = Entrance.path("/pigeon")
    static let pacing = Pacing.clientInterval
    static let wind = OptionKey<Duration>(
        "wind", in: .milliseconds(2)...(.seconds(7)), default: .milliseconds(30), "Time from one pigeon to the next.")
    static let options = [wind.option]

    static func pollInterval(_ options: TransportOptions) -> Duration? { options[wind] }

    static func makeSubscriber(
        for request: FeedRequest, settings: ServerSettings
    ) throws(RequestFault) -> any Subscriber {
        ShortPollSubscriber(request, byteLimit: settings.batchByteLimit)
    }

    static func encode(_ message: FeedMessage, from window: FeedWindow, context: EncodingContext) -> ByteBuffer {
        ShortPolling.encode(message, from: window, context: context)
    }

    static let client = ClientHalf.exchanges { PigeonListener(ShortPollListener($0)) }
}

/// Polls the path `/pigeon`.
private struct PigeonListener: ExchangeListener {
    private var poll: ShortPollListener

    init(_ poll: ShortPollListener) { self.poll = poll }

    var cursor: UInt64 { poll.cursor }
    var followsSchedule: Bool { poll.followsSchedule }
    var target: String { "/pigeon?after=\(poll.cursor)" }
    var skippedTicks: UInt64 { poll.skippedTicks }

    mutating func nextRequestDue(at now: MonotonicInstant) -> MonotonicInstant { poll.nextRequestDue(at: now) }

    mutating func bodyArrived(
        _ bytes: UnsafeRawBufferPointer, status: Int, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        poll.bodyArrived(bytes, status: status, ledger: &ledger, events: events)
    }

    mutating func exchangeEnded(status: Int, events: (ListenerEvent) -> Void) {
        poll.exchangeEnded(status: status, events: events)
    }
}

@Suite("A transport that is added to the registry is available everywhere")
struct NewTransportTests {
    private static let registry = TransportRegistry.standard.adding(CarrierPigeon.self)

    @Test("the server serves it, the load generator measures it, and every byte is accounted for")
    func delivery() async throws {
        let subject = try #require(
            Experiment.Subject.all(of: Self.registry).first { $0.transport == CarrierPigeon.self })
        let experiment = try await Experiment.start(subject, items: 40) { $0.transports = Self.registry }
        var plan = experiment.plan(subject, clients: 4)
        // The client half is short polling's, which reads short polling's own option.
        plan.options[ShortPolling.interval] = plan.options[CarrierPigeon.wind]
        let record = try await LoadWorker.run(plan, registry: Self.registry) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 4, expected: 160, delivered: 160, unique: 160))
        expectConservation(record)
    }

    @Test("a scenario may use it with its options, and errors list the allowed values")
    func scenario() throws {
        let use = try #require(try read("{use: carrier-pigeon, wind: 50ms}").transports.first)
        #expect(use.name == "carrier-pigeon")
        #expect(use.pollInterval == .milliseconds(50))
        #expect(use.usesHTTP)
        #expect(message("{use: carrier-pigeon, wind: 8s}") == "a.yaml:3: wind is 8 s; allowed 2 ms to 7 s")
        #expect(message("{use: dove}").hasSuffix("carrier-pigeon, engine-io; did you mean carrier-pigeon?"))
        #expect(message("{use: carrier-pigeons}").contains("did you mean carrier-pigeon?"))
    }

    @Test("help, documentation, report, paths and contract tests list it")
    func lists() throws {
        let registry = Self.registry
        #expect(
            registry.documentedLoadOptions.map(\.helpText).contains(
                "wind (carrier-pigeon): Time from one pigeon to the next. Allowed: 2 ms to 7 s; default: 30ms."))
        #expect(
            registry.documentedOptions.map(\.tableRow).contains { $0.hasPrefix("| `carrier-pigeon` | `wind` | ns, us") }
        )
        #expect(registry.paths.contains("/pigeon"))
        #expect(TransportRegistry.allowedNames(insteadOf: "x", among: registry.push).contains("carrier-pigeon"))
        let style = TransportStyle(of: CarrierPigeon.name, in: registry)
        #expect((style.name, style.colour) == ("carrier pigeon", "#112233"))
        #expect(Experiment.Subject.all(of: registry).count { $0.transport == CarrierPigeon.self } == 2)
    }

    @Test("no transport that carries a feed has another's name, path, colour or place in the report")
    func distinct() {
        let push = Self.registry.push
        #expect(Set(push.map { $0.name }).count == push.count)
        #expect(Set(push.map { $0.entrance.text }).count == push.count)
        #expect(Set(push.map { $0.colour }).count == push.count)
        #expect(Set(push.map { TransportStyle(of: $0.name).name }).count == push.count)
        for transport in push { #expect(Set(transport.options.map(\.name)).count == transport.options.count) }
    }

    /// A transport's name in another source would be the start of a second list of transports.
    @Test(
        "only the transport itself contains its name",
        arguments: TransportRegistry.standard.all.map { $0.name })
    func literals(name: String) throws {
        let places = try Self.sources().flatMap { file, text in
            text.split(separator: "\n").filter { $0.contains("\"\(name)\"") }.map { "\(file): \($0)" }
        }
        let declarations = places.filter { $0.contains("static let name = ") }
        #expect(declarations.count == 1, "\(declarations)")
        // The token of RFC 6455, RFC 8441 and Engine.IO is the protocol's name, not the transport's.
        let others = places.filter { !$0.contains("static let name = ") && !Self.isProtocolToken($0) }
        #expect(others == [])
    }

    private static func isProtocolToken(_ line: String) -> Bool {
        ["Upgrade", "upgrade", ":protocol", "connectProtocol", "EngineIO.swift:"].contains { line.contains($0) }
    }

    private static func sources() throws -> [(file: String, text: String)] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map { file in
            (file.lastPathComponent, try String(contentsOf: file, encoding: .utf8))
        }
    }

    private func read(_ use: String) throws(ScenarioErrors) -> Scenario {
        try Scenario(
            text: "name: a\nfeeds: [{source: host}]\ntransports: [\(use)]", file: "a.yaml", registry: Self.registry)
    }

    private func message(_ use: String) -> String {
        do throws(ScenarioErrors) {
            _ = try read(use)
            return ""
        } catch {
            return error.description
        }
    }
}
