import Feed
import Foundation
import HTTP
import Host
import Measurement
import NIOCore
import Transports
import WireAccounting

/// The server's status pages. They are not on a measured path, so futures and JSON coders are acceptable.
final class StatusPages: Sendable {
    private let loops: [FeedLoop]
    private let feedText: String
    private let publisher: FeedPublisher
    private let transports: [String]
    /// Read once: it needs files.
    private let identity = MonotonicClock.identity

    init(
        loops: [FeedLoop], publisher: FeedPublisher, feedText: String, transports: TransportRegistry = .standard
    ) {
        self.transports = transports.push.map { $0.name }
        self.loops = loops
        self.publisher = publisher
        self.feedText = feedText
    }

    func health(_ context: ResponseContext, _ eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        eventLoop.makeSucceededFuture(HTTPResponse.page(.ok, "ready\n", context: context))
    }

    /// Read last, when the whole request is here, and without other loops: clients measure how long the answer takes.
    func clock(_ context: ResponseContext, _ eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        let wallAhead = ClockDaemon.wallAhead()
        let reading = ClockReading(
            clock: identity, monotonicNanoseconds: MonotonicClock.now().nanoseconds, wallAheadNanoseconds: wallAhead)
        return eventLoop.makeSucceededFuture(PageJSON.response(reading, context: context))
    }

    func stats(_ context: ResponseContext, _ eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        status(eventLoop).map { PageJSON.response($0, context: context) }
    }

    func metrics(_ context: ResponseContext, _ eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
        status(eventLoop).map { status in
            HTTPResponse.page(
                .ok, PrometheusText.text(of: status), contentType: PrometheusText.contentType, context: context)
        }
    }

    private func status(_ eventLoop: any EventLoop) -> EventLoopFuture<ServerStatus> {
        let counters = loops.map { loop in
            loop.eventLoop.submit {
                // Without a system call for each connection: any client may request this page.
                for tap in loop.laneTaps.values { tap.settle(readsKernel: false) }
                return loop.feed.counters
            }
        }
        let feed = feedStatus()
        return EventLoopFuture.whenAllSucceed(counters, on: eventLoop).and(feed).map { counters, feed in
            var status = feed
            status.threads = self.loops.count
            for counter in counters { Self.add(counter, to: &status) }
            status.transports = self.transportStatus(counters)
            Self.addUsage(to: &status)
            return status
        }
    }

    func schedule(
        _ query: ScheduleQuery, _ context: ResponseContext, _ eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        let (first, last) = (query.first, query.last)
        return publisher.eventLoop.submit { [publisher] in publisher.schedule(from: first, to: last) }
            .hop(to: eventLoop)
            .map { PageJSON.response($0, context: context) }
    }

    private func feedStatus() -> EventLoopFuture<ServerStatus> {
        let loop = loops[0]
        let text = feedText
        return publisher.eventLoop.submit { [publisher] in
            var status = ServerStatus()
            status.version = ProgramVersion.current
            status.clock = self.identity
            status.epochNanoseconds = publisher.epoch.nanoseconds
            status.nowNanoseconds = MonotonicClock.now().nanoseconds
            status.feed = text
            status.feedEnded = publisher.hasEnded
            status.nextDueNanoseconds = publisher.nextDueInstant?.nanoseconds
            status.isSourceConnected = publisher.isSourceConnected
            status.processID = ProcessInfo.processInfo.processIdentifier
            status.oldest = loop.feed.window.oldest
            status.newest = loop.feed.window.newest
            return status
        }
    }

    private static func add(_ counters: LoopCounters, to status: inout ServerStatus) {
        status.connections += counters.connections
        status.connectionsTotal += counters.connectionsTotal
        status.requests += counters.requests
        status.refusedRequests += counters.refusedRequests
        status.refusedConnections += counters.refusedConnections
        status.deliveries += counters.deliveries
        status.slowDisconnects += counters.slowDisconnects
        status.skippedItems += counters.skippedItems
        status.refusedItems = (status.refusedItems ?? 0) + counters.refusedItems
        status.deadPeers = (status.deadPeers ?? 0) + counters.deadPeers
        var kernel = status.feedKernel ?? KernelCount()
        kernel.merge(counters.feedKernel)
        status.feedKernel = kernel
        var http2 = status.feedHTTP2 ?? HTTP2Tally()
        http2.merge(counters.feedHTTP2)
        status.feedHTTP2 = http2
        status.unreadKernelCounters = (status.unreadKernelCounters ?? 0) + counters.unreadKernelCounters
    }

    private func transportStatus(_ loops: [LoopCounters]) -> [TransportStatus] {
        transports.enumerated().map { number, name in
            var sum = TransportCounters()
            for loop in loops { sum.merge(loop.transports[number]) }
            return TransportStatus(
                transport: name, connections: sum.connections, requests: sum.requests, items: sum.items,
                laneBytes: sum.laneBytes, handover: sum.delays)
        }
    }

    private static func addUsage(to status: inout ServerStatus) {
        let usage = ProcessUsage.ofThisProcess()
        status.cpuUserMicroseconds = usage.userMicroseconds
        status.cpuSystemMicroseconds = usage.systemMicroseconds
        status.residentBytes = usage.residentBytes
        status.residentPeakBytes = usage.residentPeakBytes
        status.voluntarySwitches = usage.voluntarySwitches
        status.involuntarySwitches = usage.involuntarySwitches
    }
}
