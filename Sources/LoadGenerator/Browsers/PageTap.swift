import Dissection
import Host
import Measurement
import NIOCore
import NIOPosix
import WireAccounting

/// A port of this host that one page connects to: passes its connections on to the server.
///
/// Each page has its own port. So its bytes are known, and browsers, which limit the connections to one host and
/// port, do not make pages wait for each other. The tap adds a copy of each byte on loopback: some tens of
/// microseconds.
///
/// Not `Sendable`: it stays on its event loop.
final class PageTap {
    let host: String
    let serverPort: Int
    private(set) var port = 0
    /// When the items of the page arrived at this host, in their order.
    private(set) var arrivals: [MonotonicInstant] = []
    private(set) var isFrozen = false
    private(set) var connections = 0
    /// The headers of the first request.
    private(set) var requestHead = ""
    private var open: [ObjectIdentifier: TapConnection] = [:]
    private var endedLedger = ByteLedger()
    private var endedKernel = KernelCount()
    private var endedCounts = DissectionCounts()
    private(set) var unreadCounters: UInt64 = 0
    private var listener: (any Channel)?
    private let fail: (String) -> Void

    /// - Parameters:
    ///   - target: Where to pass connections to.
    ///   - fail: Called with each failure, in one sentence.
    init(to target: LoadTarget, fail: @escaping (String) -> Void) {
        host = target.linkPort == nil ? target.host : LoadTarget.linkHost
        serverPort = target.linkPort ?? target.port
        self.fail = fail
    }

    /// Begins to listen on 127.0.0.1, on a port that the kernel chooses.
    func listen(on group: MultiThreadedEventLoopGroup, _ eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        return ServerBootstrap(group: group)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TapBrowserSide(bound.value.accepted()))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .map { channel in
                bound.value.listener = channel
                bound.value.port = channel.localAddress?.port ?? 0
            }
    }

    private func accepted() -> TapConnection {
        let connection = TapConnection(self)
        open[ObjectIdentifier(connection)] = connection
        return connection
    }

    // MARK: Called by connections

    func itemsArrived(_ count: Int, at instant: MonotonicInstant) {
        for _ in 0..<max(0, count) { arrivals.append(instant) }
    }

    func note(_ sentence: String) { fail(sentence) }

    func ended(_ connection: TapConnection) {
        guard open.removeValue(forKey: ObjectIdentifier(connection)) != nil, connection.counts else { return }
        add(connection, connection.kernelCount())
    }

    private func add(_ connection: TapConnection, _ count: KernelCount?) {
        connections += 1
        endedLedger.merge(connection.ledger)
        endedCounts.requests += connection.dissection.requests
        if requestHead.isEmpty { requestHead = connection.requestHead }
        if let count { endedKernel.merge(count) } else { unreadCounters += 1 }
    }

    // MARK: The sums

    /// Of all connections so far.
    var ledger: ByteLedger {
        open.values.filter(\.counts).reduce(into: endedLedger) { $0.merge($1.ledger) }
    }

    var kernel: KernelCount {
        open.values.filter(\.counts).compactMap { $0.kernelCount() }.reduce(into: endedKernel) { $0.merge($1) }
    }

    var requests: UInt64 {
        UInt64(open.values.filter(\.counts).reduce(endedCounts.requests) { $0 + $1.dissection.requests })
    }

    // MARK: The end

    /// Accepts no connection and passes nothing more from the server.
    func freeze() {
        isFrozen = true
        listener?.close(promise: nil)
        for connection in open.values { connection.stopReading() }
    }

    /// Whether every byte that the kernel has counted was dissected.
    var isSettled: Bool { Conservation(of: ledger, against: kernel).complaints.isEmpty }

    /// Adds up the open connections and closes them.
    func finish() {
        let left = Array(open.values)
        open = [:]
        for connection in left where connection.counts { add(connection, connection.kernelCount()) }
        for connection in left { connection.close() }
    }
}
