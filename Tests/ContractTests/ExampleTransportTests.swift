import Feed
import FeedServer
import LoadGenerator
import Measurement
import NIOCore
import Scenario
import Testing
import WireAccounting

@testable import Transports

// example: add-a-transport

/// Items as lines over TCP. The client's first line is `LINES after=SEQ`; then each line of the server is one item.
enum LineTCP: FirstLineTransport {
    static let name = "line-tcp"
    static let title = "lines over TCP"
    static let colour = "#117733"
    static let firstWord: StaticString = "LINES"
    static let pacing = Pacing.feed
    static let options = [LineEnd.key.option, Encryption.key.option]

    static func makeSubscriber(for line: FirstLine, settings: ServerSettings) -> any Subscriber {
        LineSubscriber(follower: FeedFollower(after: line.after, settings: settings))
    }

    static func refusal(_ sentence: String) -> ByteBuffer { ByteBuffer(string: sentence + "\n") }

    static func encode(_ message: FeedMessage, from window: FeedWindow, context: EncodingContext) -> ByteBuffer {
        var lines = ByteBuffer()
        guard case .items(let after, let through) = message else { return lines }
        for sequence in after + 1...through {
            lines.writeImmutableBuffer(window[sequence].text)
            lines.writeString("\n")
        }
        return lines
    }

    static let client = ClientHalf.connection { LineListener($0) }
}

/// The server's half: sends what follows the client's cursor, then each new item.
struct LineSubscriber: Subscriber {
    var follower: FeedFollower

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        actions(for: follower.begin(window))
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        actions(for: follower.next(window))
    }

    private func actions(for step: FeedFollower.Step) -> SubscriberActions {
        switch step {
        case .send(let message, let skipped): return SubscriberActions(.message(message), skipped: skipped)
        case .wait: return .none
        case .lost(let oldest, let fellBehind):
            // The client reads `oldest=SEQ` as a gap and connects again.
            let notice = LineTCP.refusal(GapNotice.text(oldest: oldest))
            var actions = SubscriberActions(.bytes(notice), then: .close)
            actions.fellBehind = fellBehind
            return actions
        }
    }
}

/// The load generator's half: sends the first line, finds the items, and counts every byte under its layer.
struct LineListener: ConnectionListener {
    let finishesByEndingOutput = true
    private(set) var isOpen = false
    private(set) var isOrderlyEnd = false
    private let firstLine: String
    private var reader = LineItemReader(takesNotices: true)

    init(_ setup: ListenerSetup) {
        firstLine = "\(LineTCP.firstWord) after=\(setup.cursor)" + setup.options[LineEnd.key].text
    }

    var isWithinItem: Bool { reader.isWithinItem }

    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer {
        isOpen = true
        ledger.book(firstLine.utf8.count, .handshake, .up)
        return ByteBuffer(string: firstLine)
    }

    mutating func received(_ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void) {
        var hasGap = false
        bytes.withUnsafeReadableBytes { raw in
            reader.read(raw, ledger: &ledger) { event in
                if case .gap = event { hasGap = true }
                events(event)
            }
        }
        bytes.clear()
        if hasGap { isOrderlyEnd = true }
    }

    func takeOutput(ledger: inout ByteLedger) -> ByteBuffer? { nil }

    func finish() -> Bool { true }
}

// end of example

// example: add-an-option

/// What ends the client's first line; the server accepts both.
enum LineEnd: String, OptionWord {
    case lf
    case crlf

    static let key = OptionKey<LineEnd>("line-end", default: .lf, "What ends the client's first line: LF or CR LF.")

    var text: String { self == .lf ? "\n" : "\r\n" }
}

// end of example

@Suite("The examples of Sources/README.md: a transport and an option", .serialized, .timeLimit(.minutes(1)))
struct ExampleTransportTests {
    private static let registry = TransportRegistry.standard.adding(LineTCP.self)

    @Test("every client receives every item; byte totals match the kernel's counters", arguments: [false, true])
    func delivery(encrypts: Bool) async throws {
        let subject = Experiment.Subject(transport: LineTCP.self, encrypts: encrypts)
        let experiment = try await Experiment.start(subject, items: 40) { $0.transports = Self.registry }
        let plan = experiment.plan(subject, clients: 4)
        let record = try await LoadWorker.run(plan, registry: Self.registry) { experiment.last }
        await experiment.server.stop()
        #expect(record.faults == [])
        #expect(record.deliveries == DeliveryTotals(clients: 4, expected: 160, delivered: 160, unique: 160))
        #expect(record.ledger[.envelope] == 160)
        expectConservation(record)
    }

    @Test("a client whose items are no longer kept reports a gap and continues with the oldest item kept")
    func gap() async throws {
        let subject = Experiment.Subject(transport: LineTCP.self)
        let experiment = try await Experiment.start(
            subject, items: 200, period: .microseconds(500), history: 50, delay: .zero
        ) { $0.transports = Self.registry }
        try await experiment.awaitEndOfFeed()
        let plan = experiment.plan(subject, clients: 2)
        let record = try await LoadWorker.run(plan, registry: Self.registry) { experiment.last }
        await experiment.server.stop()
        #expect(record.deliveries == DeliveryTotals(clients: 2, expected: 400, delivered: 100, unique: 100))
        #expect(record.announcedGaps == 2)
        expectConservation(record)
    }

    @Test("a scenario sets the option, and the client sends what it says")
    func option() async throws {
        let use = try #require(try scenario("{use: line-tcp, line-end: crlf}").transports.first)
        #expect(use.options[LineEnd.key] == .crlf)
        let subject = Experiment.Subject(transport: LineTCP.self)
        let experiment = try await Experiment.start(subject, items: 10) { $0.transports = Self.registry }
        var plan = experiment.plan(subject, clients: 4)
        plan.options = use.options
        let record = try await LoadWorker.run(plan, registry: Self.registry) { experiment.last }
        await experiment.server.stop()
        #expect(record.deliveries == DeliveryTotals(clients: 4, expected: 40, delivered: 40, unique: 40))
        #expect(record.ledger[.handshake, .up] == 4 * Int64("LINES after=0\r\n".utf8.count))
        expectConservation(record)
    }

    @Test("a scenario cannot set another value; help and documentation list the option")
    func documentation() throws {
        let errors = #expect(throws: ScenarioErrors.self) { try scenario("{use: line-tcp, line-end: cr}") }
        #expect(errors?.description.contains("lf, crlf") == true)
        let option = try #require(Self.registry.documentedLoadOptions.first { $0.option.name == "line-end" })
        #expect(option.helpText.contains("What ends the client's first line"))
    }

    private func scenario(_ use: String) throws(ScenarioErrors) -> Scenario {
        try Scenario(
            text: "name: a\nfeeds: [{source: host}]\ntransports: [\(use)]", file: "a.yaml", registry: Self.registry)
    }
}
