import Host
import Measurement
import NIOCore
import NIOPosix
import Transports
import WireAccounting

/// Clients that are pages of one browser, each behind its own tap.
///
/// `@unchecked Sendable` is safe because all mutable state is accessed on ``eventLoop`` only, except `work`, which
/// ``start()`` sets before anything else is called.
final class BrowserFleet: Fleet, @unchecked Sendable {
    let recorder: DeliveryRecorder
    var receptions: ReceptionLog { recorder.receptions }
    private let plan: LoadPlan
    private let browser: BrowserPlan
    private let transport: any ClientTransport.Type
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let eventLoop: any EventLoop
    private var pages: [BrowserPage] = []
    private var session: BrowserSession?
    private var agent = ""
    private var connectedAt: MonotonicInstant?
    private var work: Task<Void, Never>?

    private static let collectionPeriod = Duration.milliseconds(200)
    private static let settlingTries = 40

    init(_ plan: LoadPlan, _ browser: BrowserPlan, _ transport: any ClientTransport.Type) {
        (self.plan, self.browser, self.transport) = (plan, browser, transport)
        recorder = DeliveryRecorder(plan)
        eventLoop = group.next()
    }

    func start() {
        work = Task {
            do {
                try await open()
                while true {
                    try await Task.sleep(for: Self.collectionPeriod)
                    try await collect("pushlab.take()")
                }
            } catch is CancellationError {
                return
            } catch {
                await onLoop { $0.recorder.fail("\(error)") }
            }
        }
    }

    // MARK: Pages

    private func open() async throws {
        let session = try await BrowserSession.open(browser, on: eventLoop)
        await onLoop { $0.session = session }
        for client in 0..<plan.clients {
            let url = try await makeTap(client)
            let handle = try await session.makePage(url)
            _ = try await session.evaluate(PageTask(plan, transport, client: client).expression, in: handle)
            let clock = try await session.clock(of: handle)
            let step = Int(try await session.evaluate("pushlab.resolution()", in: handle))
            let agent = try await session.evaluate("pushlab.agent()", in: handle)
            await onLoop { fleet in
                let page = fleet.pages[client]
                (page.handle, page.clock, page.clockStep) = (handle, clock, step)
                fleet.agent = agent
            }
        }
        for handle in await handles() { _ = try await session.evaluate("pushlab.begin()", in: handle) }
        await onLoop { $0.connectedAt = MonotonicClock.now() }
    }

    /// - Returns: The URL of the page.
    private func makeTap(_ client: Int) async throws -> String {
        try await eventLoop.flatSubmit {
            let tap = PageTap(to: self.plan.target) { [recorder = self.recorder] in recorder.fail($0) }
            self.pages.append(BrowserPage(client: client, tap: tap))
            return tap.listen(on: self.group, self.eventLoop)
        }.get()
        let port = try await eventLoop.submit { self.pages[client].tap.port }.get()
        return "http://127.0.0.1:\(port)\(TapHead.path)"
    }

    /// Of the pages that were made.
    private func handles() async -> [String] {
        (try? await eventLoop.submit { self.pages.map(\.handle).filter { !$0.isEmpty } }.get()) ?? []
    }

    /// Takes what each page has to report.
    private func collect(_ expression: String) async throws {
        guard let session = try await eventLoop.submit({ self.session }).get() else { return }
        for (index, handle) in await handles().enumerated() {
            let batch = try await session.evaluate(expression, in: handle)
            await onLoop { $0.pages[index].take(batch, into: $0.recorder, at: MonotonicClock.now()) }
        }
    }

    private func onLoop(_ body: @escaping @Sendable (BrowserFleet) -> Void) async {
        try? await eventLoop.submit { body(self) }.get()
    }

    // MARK: Fleet

    func hasReached(_ last: UInt64) async -> Bool {
        (try? await eventLoop.submit { self.recorder.hasReached(last) }.get()) ?? false
    }

    func highestReceived() async -> UInt64 {
        (try? await eventLoop.submit { self.recorder.highestReceived() }.get()) ?? plan.cursor
    }

    func traffic() async -> Traffic {
        let traffic = try? await eventLoop.submit {
            Traffic(KernelCount(), open: self.pages.map(\.tap.kernel), requests: self.requests)
        }.get()
        return traffic ?? Traffic()
    }

    func progress() async -> FleetProgress {
        let progress = try? await eventLoop.submit {
            FleetProgress(
                self.recorder, ledger: self.ledger, exchanges: self.exchanges, ended: KernelCount(),
                open: self.pages.map(\.tap.kernel))
        }.get()
        return progress ?? FleetProgress()
    }

    func finish(through last: UInt64, by account: FeedAccount) async -> LoadRecord {
        work?.cancel()
        await work?.value
        // No page begins a request from now on. What arrives later belongs to no item of the window.
        do { try await collect("pushlab.rest()") } catch { await onLoop { $0.recorder.fail("\(error)") } }
        await onLoop { fleet in for page in fleet.pages { page.tap.freeze() } }
        // The kernel may have bytes of a page that were not read yet.
        for _ in 0..<Self.settlingTries {
            let isSettled = try? await eventLoop.submit { self.pages.allSatisfy(\.tap.isSettled) }.get()
            if isSettled != false { break }
            try? await Task.sleep(for: .milliseconds(25))
        }
        let record = try? await eventLoop.submit { self.report(through: last, by: account) }.get()
        if let session = try? await eventLoop.submit({ self.session }).get() { await session.close() }
        try? await group.shutdownGracefully()
        return record ?? LoadRecord()
    }

    // MARK: The record

    private var ledger: ByteLedger { pages.reduce(into: ByteLedger()) { $0.merge($1.tap.ledger) } }
    private var requests: UInt64 { pages.reduce(0) { $0 + $1.tap.requests } }

    private var exchanges: ExchangeCounts {
        var counts = ExchangeCounts()
        counts.requests = requests
        for page in pages {
            counts.connects += UInt64(page.tap.connections)
            counts.emptyResponses += page.counts.emptyResponses
            counts.fullResponses += page.counts.fullResponses
        }
        return counts
    }

    private func report(through last: UInt64, by account: FeedAccount) -> LoadRecord {
        for page in pages { page.tap.finish() }
        var record = LoadRecord()
        recorder.report(through: last, by: account, into: &record)
        record.ledger = ledger
        record.kernel = pages.reduce(into: KernelCount()) { $0.merge($1.tap.kernel) }
        record.unreadCounters = pages.reduce(0) { $0 + $1.tap.unreadCounters }
        record.exchanges = exchanges
        // A server may hold long polls.
        record.hasContact = record.kernel.bytesDown > 0 || transport.pacing == .serverHold
        if !record.hasContact { record.unanswered = Int(clamping: requests) }
        record.connectedAt = connectedAt ?? MonotonicClock.now()
        record.browser = browserRecord
        return record
    }

    private var browserRecord: BrowserRecord {
        var record = BrowserRecord()
        (record.kind, record.version, record.agent) = (browser.kind, browser.version, agent)
        record.pages = pages.count
        let errors = pages.compactMap(\.clockError)
        if errors.count == plan.clients { record.clockErrorMicroseconds = errors.max() }
        record.clockStepMicroseconds = pages.compactMap(\.clockStep).max()
        var delays = LatencyHistogram()
        if pages.allSatisfy({ $0.addDelays(to: &delays) }), !delays.isEmpty { record.pageDelay = delays }
        record.requestHead = pages.first { !$0.tap.requestHead.isEmpty }?.tap.requestHead ?? ""
        return record
    }
}
