import Dissection
import HTTP
import Host
import NIOCore
import WireAccounting

/// The connection that a ``LaneTap`` belongs to.
protocol LaneConnection: AnyObject {
    /// Whether the bytes that arrive next begin a request; never with HTTP/2, whose streams overlap.
    var isBetweenRequests: Bool { get }
    /// The kernel's counters; `nil` if they cannot be read.
    func kernelNow() -> KernelCount?
    /// Closes the connection at once.
    func drop()
}

/// Counts the bytes of one connection on a lane port, above TLS, and adds them to the lane of its last request:
/// a browser uses a connection for any tab.
///
/// With HTTP/2, where requests overlap, the frames of a stream belong to the lane of the stream's request, and the
/// bytes of TLS are divided in proportion.
final class LaneTap {
    /// `nil` before the connection begins, and once the connection has ended.
    var connection: (any LaneConnection)?
    /// The lane of the last request; `nil` if it named none.
    private(set) var lane: Lane?

    private let loop: FeedLoop
    private let lanes: LaneRegistry
    private var dissector = ConnectionDissector(limits: .lane, separatesStreams: true)
    private var transport: Int?
    private var streams = LaneStreams()
    // Counted below TLS; `nil` without TLS.
    private var wire: (up: Int, down: Int)?
    // What lanes have already. `before`: what had passed when the last HTTP/1.1 request, or with HTTP/2 the last read,
    // began.
    private var reported = ByteLedger()
    private var reportedKernel = LaneKernelCount()
    private var before = ByteLedger()
    private var messagesBefore: UInt64 = 0
    private var hasHadRequest = false
    // Messages up to this one belong to other lanes.
    private var lastForeignMessage: UInt64 = 0

    // A client can name any number of streams in frames that open none.
    private static let mostUnreportedStreams = 256

    init(loop: FeedLoop, lanes: LaneRegistry, encrypted: Bool) {
        self.loop = loop
        self.lanes = lanes
        wire = encrypted ? (0, 0) : nil
    }

    /// The connection begins.
    func begin(_ connection: any LaneConnection) {
        self.connection = connection
        loop.laneTaps[ObjectIdentifier(self)] = self
    }

    // MARK: Bytes

    /// The client's bytes have arrived, decrypted.
    func received(_ bytes: ByteBuffer) {
        if wire == nil { readBegins() }
        bytes.withUnsafeReadableBytes { dissector.take($0, .up, at: MonotonicClock.now()) }
        if dissector.shares.count > Self.mostUnreportedStreams { settle(readsKernel: false) }
    }

    /// The connection sends bytes, before TLS encrypts them.
    func sent(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { dissector.take($0, .down, at: MonotonicClock.now()) }
    }

    /// Bytes have passed between TLS and the socket.
    func wirePassed(_ count: Int, _ direction: Direction) {
        if direction == .up { readBegins() }
        switch direction {
        case .up: wire?.up += count
        case .down: wire?.down += count
        }
    }

    private func readBegins() {
        guard isHTTP2 || connection?.isBetweenRequests == true else { return }
        (before, messagesBefore) = (total, dissector.messageCount)
    }

    // All bytes so far by layer.
    private var total: ByteLedger {
        var ledger = dissector.ledger
        if let wire {
            ledger.book(wire.up - Int(ledger.tcpPayloadBytes(.up)), .tls, .up)
            ledger.book(wire.down - Int(ledger.tcpPayloadBytes(.down)), .tls, .down)
        }
        return ledger
    }

    // MARK: Requests

    /// - Parameters:
    ///   - head: The request; `nil` if its host name is not allowed, so that it cannot use a lane.
    ///   - stream: Its stream with HTTP/2; `nil` without.
    /// - Throws: ``RequestFault`` (400 or 503) if the request names a lane that is not allowed.
    func requestArrived(_ head: RequestHead?, stream: Int?) throws(RequestFault) {
        defer { hasHadRequest = true }
        // Registered even if it is refused: its bytes do not belong to the lane of an earlier request.
        if let stream { streams.begin(stream) }
        let id = try head.flatMap { (head) throws(RequestFault) in try LaneID.read(head) }
        if let stream {
            let next = try id.map { (id) throws(RequestFault) in try lanes.join(id) }
            if next !== lane { leave() }
            lane = next
            if let next, streams.use(stream, for: next) { next.connectionJoined() }
        } else if id != lane?.id || !hasHadRequest {
            leave()
            leaveRoster()
            lane = try id.map { (id) throws(RequestFault) in try lanes.join(id) }
            lane?.connectionJoined()
        }
        lane?.requestArrived()
    }

    /// The request is for this transport.
    func serves(_ transport: String, number: Int, stream: Int?) {
        self.transport = number
        if let stream { streams.serves(stream, transport: number) }
        lane?.serves(transport)
    }

    func itemsSent(_ count: Int, stream: Int?) {
        let receiver = stream.map { streams[$0]?.lane } ?? lane
        receiver?.itemsSent(count)
    }

    /// Whether a lane's request is open on this connection, or is its last one.
    func isUsed(by wanted: Lane) -> Bool { lane === wanted || streams.hasOpen(wanted) }

    /// Whether there may be bytes of this lane that it does not have yet.
    func owes(_ wanted: Lane) -> Bool { lane === wanted || streams.know(wanted) }

    func streamEnded(_ stream: Int) {
        if let lane = streams[stream]?.lane { lanes.connectionLeft(lane) }
        streams.end(stream)
        guard streams.mustForget else { return }
        settle(readsKernel: false)
        streams.forget()
    }

    // What passed before the current request belongs to the lanes of earlier requests. The first request also gets the
    // beginning of the connection.
    private func leave() {
        guard hasHadRequest else { return }
        if isHTTP2 {
            // Streams can begin with the same read.
            let later = dissector.shares.filter { $0.key >= streams.newest }
            var rest = later.values.reduce(into: ByteLedger()) { $0.merge($1) }
            rest.book(Int(total[.tls, .up] - before[.tls, .up]), .tls, .up)
            let bytes = total.since(rest)
            // The kernel may not have all of these bytes yet, and its count does not separate lanes.
            report(bytes, .count(LaneKernelCount(bytes)), streamsBefore: streams.newest)
        } else {
            let rest = total.since(before)
            var kernel = connection?.kernelNow().map { LaneKernelCount($0) }
            kernel?.subtract(LaneKernelCount(rest))
            report(before, kernel.map { .count($0) } ?? .unreadable, streamsBefore: .max)
            if let lane { lane.keep(messages(of: lane).filter { $0.number <= messagesBefore }) }
            lastForeignMessage = messagesBefore
        }
    }

    private func leaveRoster() {
        // With HTTP/2, each stream leaves by itself.
        if !isHTTP2, let lane { lanes.connectionLeft(lane) }
        lane = nil
    }

    private var isHTTP2: Bool { streams.newest > 0 }

    // MARK: Reporting

    /// Reports what has passed so far.
    ///
    /// - Parameter readsKernel: Whether it reads the kernel's counters, which is a system call; otherwise the next
    ///   report that reads them has them for this one too.
    func settle(readsKernel: Bool) {
        guard let connection else { return }
        report(total, readsKernel ? LaneKernelReading(connection.kernelNow()) : .later, streamsBefore: .max)
    }

    /// The connection has ended.
    ///
    /// - Parameter count: Its last counters; `nil` if they could not be read.
    func ended(_ count: KernelCount?) {
        report(total, LaneKernelReading(count), streamsBefore: .max)
        for lane in streams.lanes(and: lane) { lane.keep(messages(of: lane)) }
        leaveRoster()
        connection = nil
        loop.laneTaps[ObjectIdentifier(self)] = nil
    }

    // MARK: Messages

    /// The latest messages of a lane on this connection.
    func messages(of wanted: Lane) -> [DissectedMessage] {
        dissector.recent.filter { message in
            if let use = message.stream.flatMap({ streams[$0] }) { return use.lane === wanted }
            return lane === wanted && message.number > lastForeignMessage
        }
    }
}

// What each lane gets.
extension LaneTap {
    /// - Parameters:
    ///   - bytes: All that belongs to the lanes of requests so far.
    ///   - kernel: The kernel's count of the same.
    ///   - limit: The first stream of later requests.
    private func report(_ bytes: ByteLedger, _ kernel: LaneKernelReading, streamsBefore limit: Int) {
        var part = bytes.since(reported)
        reported = bytes
        let whole = part
        for stream in dissector.shares.keys where stream < limit {
            guard let share = dissector.takeShare(of: stream), let use = streams[stream], use.lane !== lane else {
                continue
            }
            let counted = share.withTLS(of: whole)
            add(counted, kernel.ofStream(counted), to: use.lane, use.transport)
            part = part.since(counted)
            // The kernel's count does not separate lanes: the rest of it belongs to the lane of the connection.
            reportedKernel.add(LaneKernelCount(counted))
        }
        guard case .count(let count) = kernel else { return add(part, kernel, to: lane, transport) }
        add(part, .count(count.since(reportedKernel)), to: lane, transport)
        reportedKernel = count
    }

    private func add(_ bytes: ByteLedger, _ kernel: LaneKernelReading, to lane: Lane?, _ transport: Int?) {
        guard let lane else { return }
        lane.add(bytes, kernel)
        if let transport { loop.feed.counters.transports[transport].laneBytes.merge(bytes) }
    }
}
