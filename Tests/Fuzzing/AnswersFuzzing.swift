import Feed
import Foundation
import Measurement
import NIOCore
import WireAccounting

/// Fuzzes everything that the load generator reads from a server. The result does not depend on how the bytes are cut,
/// every byte is counted, all numbers stay in the range that sums allow, and evaluating the events never traps.
func fuzzAnswers(_ input: inout FuzzInput) {
    let choice = input.choice()
    let pieceBytes = Int(input.choice()) + 2
    switch choice & 7 {
    case 0: choice & 8 == 0 ? checkStatus(input.remaining) : checkEntry(input.remaining)
    case 1: checkSchedule(input.remaining)
    case 2: checkMessage(input.remaining, kind: choice & 8 == 0 ? .text : .binary)
    default:
        let names = ["short-poll", "long-poll", "http-stream", "sse", "raw-tcp"]
        let name = names[Int(choice & 7) - 3]
        let status = choice & 16 == 0 ? 200 : choice & 32 == 0 ? 410 : 204
        let isChunked = choice & 8 != 0
        for dialect in dialects(choice >> 6, of: name) {
            checkBody(
                input.remaining, by: name, dialect, isChunked: isChunked, status: status, pieceBytes: pieceBytes)
        }
    }
}

// MARK: Bodies and messages with items

/// PushLab's own dialect, or every boundary of items that the transport can have, in one of three forms.
private func dialects(_ form: UInt8, of name: String) -> [ServerDialect] {
    if form == 0 || name == "raw-tcp" { return [ServerDialect()] }
    return ItemBoundary.allCases.map { boundary in
        var dialect = ServerDialect()
        dialect.boundary = boundary
        dialect.cursor = name == "sse" ? .lastEventID : .validators
        switch form {
        case 1: dialect.form = .own
        case 2: dialect.form = .foreign(ForeignForm(sequence: .pointer("/a"), sentAt: .pointer("/b/0")))
        default: dialect.form = .foreign(ForeignForm(sequence: .pattern("a=([0-9]*)"), sentAt: .pattern("b=(.*)")))
        }
        return dialect
    }
}

private func checkBody(
    _ bytes: [UInt8], by name: String, _ dialect: ServerDialect, isChunked: Bool, status: Int, pieceBytes: Int
) {
    func run(_ pieceBytes: Int) -> BodyRun {
        BodyRun(bytes, by: name, dialect, isChunked: isChunked, status: status, pieceBytes: pieceBytes)
    }
    let whole = run(max(1, bytes.count))
    whole.check(bytes)
    for pieceBytes in [1, pieceBytes] {
        let pieces = run(pieceBytes)
        pieces.check(bytes)
        mustHold(pieces.events == whole.events, "the events differ in pieces of \(pieceBytes) B")
        mustHold(dialect.isOwn || pieces.ledger == whole.ledger, "the layers differ in pieces of \(pieceBytes) B")
    }
    Evaluation(whole.events).check()
}

private struct BodyRun {
    private(set) var events: [ListenerEvent] = []
    private(set) var ledger = ByteLedger()

    init(
        _ bytes: [UInt8], by name: String, _ dialect: ServerDialect, isChunked: Bool, status: Int, pieceBytes: Int
    ) {
        guard let transport = TransportRegistry.standard.push(named: name) else { fatalError("\(name) is unknown") }
        var setup = ListenerSetup(
            options: transport.defaultOptions, cursor: 3, start: MonotonicInstant(nanoseconds: 0), ramp: .zero,
            phase: 0, host: "a",
            seed: 1)
        setup.dialect = dialect
        let pieces = bytes.pieces(of: pieceBytes)
        switch transport.client {
        case .exchanges(let makeListener): read(pieces, with: makeListener(setup), isChunked, status)
        case .connection(let makeListener): read(pieces, with: makeListener(setup))
        }
    }

    private mutating func read(
        _ pieces: [ByteBuffer], with made: any ExchangeListener, _ isChunked: Bool, _ status: Int
    ) {
        var (listener, ledger, events) = (made, ByteLedger(), [ListenerEvent]())
        _ = listener.nextRequestDue(at: MonotonicInstant(nanoseconds: 0))
        listener.responseBegan(
            status: status, coding: ResponseCoding(isChunked: isChunked, contentType: "text/event-stream"))
        for piece in pieces {
            piece.withUnsafeReadableBytes { bytes in
                listener.bodyArrived(bytes, status: status, ledger: &ledger) { events.append($0) }
            }
        }
        listener.bodyEnded(status: status) { events.append($0) }
        listener.exchangeEnded(status: status) { events.append($0) }
        _ = (listener.target, listener.fieldLines, listener.nextRequestDue(at: MonotonicInstant(nanoseconds: 1)))
        (self.ledger, self.events) = (ledger, events)
    }

    private mutating func read(_ pieces: [ByteBuffer], with made: any ConnectionListener) {
        var (listener, ledger, events) = (made, ByteLedger(), [ListenerEvent]())
        for var piece in pieces { listener.received(&piece, ledger: &ledger) { events.append($0) } }
        listener.connectionEnded(ledger: &ledger)
        (self.ledger, self.events) = (ledger, events)
    }

    func check(_ bytes: [UInt8]) {
        let counted = ledger.tcpPayloadBytes(.down)
        mustHold(counted == Int64(bytes.count), "\(counted) bytes counted, \(bytes.count) received")
    }
}

private func checkMessage(_ bytes: [UInt8], kind: MessageKind) {
    let subprotocol: FeedSubprotocol = kind == .text ? .text : .binary
    guard let header = subprotocol.header(of: kind, ByteBuffer(bytes: bytes)) else { return }
    Evaluation([.item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds))]).check()
}

/// Evaluates events as a run does, for the largest number of clients.
private struct Evaluation {
    private var ledger = DeliveryLedger(after: 3)
    // Large, so created only for the first item.
    private var latency: LatencyHistogram?

    init(_ events: [ListenerEvent]) {
        for event in events {
            switch event {
            case .item(let item): take(item)
            case .foreign(let item): take(item)
            case .gap(let through), .skipped(let through): ledger.gapAnnounced(through: through)
            case .ended(let sentence), .fault(let sentence), .lostServer(let sentence):
                mustHold(!sentence.isEmpty, "the sentence is empty")
            }
        }
    }

    private mutating func take(_ item: ForeignItem) {
        mustHold(item.sequence ?? 0 <= ItemLimits.highestSequence, "a sequence is out of range")
        if let sequence = item.sequence { ledger.itemReceived(sequence) }
        let sent = item.sentNanoseconds ?? 0
        mustHold(sent >= 0 && sent < 1 << 62, "a time is out of range")
    }

    private mutating func take(_ item: ReceivedItem) {
        mustHold((1...ItemLimits.highestSequence).contains(item.sequence), "a sequence is out of range")
        mustHold((0...ItemLimits.latestDueMicroseconds).contains(item.dueMicroseconds), "a due time is out of range")
        ledger.itemReceived(item.sequence)
        for epoch in [-(Int64(1) << 61), 0, Int64(1) << 61] {
            let due = MonotonicInstant(nanoseconds: epoch + item.dueMicroseconds * 1_000)
            latency = latency ?? LatencyHistogram()
            latency?.record(MonotonicInstant(nanoseconds: 0) - due)
        }
    }

    func check() {
        var sum = DeliveryTotals()
        for last in [3, ledger.highest] {
            let totals = ledger.totals(through: last)
            mustHold(totals.missed <= totals.expected, "more items are missed than expected")
            for _ in 0..<3 { sum.merge(totals) }
        }
        mustHold(sum.expected < UInt64.max / 20_000, "20,000 clients would overflow")
        _ = latency?.mean
    }
}

// MARK: Status and schedule of a server

private func checkStatus(_ bytes: [UInt8]) {
    guard let status = try? JSONDecoder().decode(ServerStatus.self, from: Data(bytes)),
        status.fieldOutOfRange == nil
    else { return }
    mustHold(status.newest <= ItemLimits.highestSequence, "a sequence is out of range")
    var kernel = (status.feedKernel ?? KernelCount()).since(KernelCount())
    var http2 = (status.feedHTTP2 ?? HTTP2Tally()).since(HTTP2Tally())
    for _ in 0..<100 {
        kernel.merge(status.feedKernel ?? KernelCount())
        http2.merge(status.feedHTTP2 ?? HTTP2Tally())
    }
    _ = KernelCount().since(kernel)
    _ = status.epochNanoseconds + ItemLimits.latestDueMicroseconds * 1_000
    _ = ServerIdentity(status)
}

/// An entry of a stream: its id and its fields, each ended by a zero byte; and the same bytes as an epoch.
private func checkEntry(_ bytes: [UInt8]) {
    let now = MonotonicInstant(nanoseconds: 1 << 61)
    if let epoch = StreamEpoch(String(decoding: bytes, as: UTF8.self)) {
        mustHold(StreamEpoch(epoch.text) == epoch, "an epoch differs from its text")
        let instant = epoch.instant(boot: nil, now: now, unixNow: 1 << 61)?.nanoseconds ?? 0
        _ = now.nanoseconds - (instant + ItemLimits.latestDueMicroseconds * 1_000)
    }
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    guard let item = try? StreamEntry.item(id: parts[0], fields: Array(parts.dropFirst())) else { return }
    mustHold((1...ItemLimits.highestSequence).contains(item.sequence), "a sequence is out of range")
    mustHold((0...ItemLimits.latestDueMicroseconds).contains(item.dueMicroseconds), "a due time is out of range")
    let again = try? StreamEntry.item(
        id: Array(StreamEntry.id(of: item.sequence).utf8), fields: StreamEntry.fields(of: item))
    mustHold(again == item, "an item differs from its entry")
}

private func checkSchedule(_ bytes: [UInt8]) {
    guard let page = try? JSONDecoder().decode(PublicationSchedule.self, from: Data(bytes)), page.isAnswer(from: 4)
    else { return }
    for entry in page.items {
        mustHold((4...ItemLimits.highestSequence).contains(entry.sequence), "a sequence is out of range")
        var latency = LatencyHistogram()
        latency.record(nanoseconds: entry.publishedNanoseconds - entry.dueNanoseconds)
    }
    if let last = page.items.last { _ = last.sequence + 1 }
}
