import Dissection
import HTTP
import Measurement
import NIOCore

/// `/lanes/ID` and `/lanes/ID/frames`: what the server has counted for one lane, and its latest messages.
final class LanePages: Sendable {
    static let path = "/lanes/"

    let registry: LaneRegistry
    private let loops: [FeedLoop]

    init(_ registry: LaneRegistry, loops: [FeedLoop]) {
        self.registry = registry
        self.loops = loops
    }

    /// - Parameters:
    ///   - name: The path after ``path``.
    ///   - head: The request.
    ///   - authorize: Checks the control token.
    /// - Returns: `nil` for an unknown path.
    /// - Throws: ``RequestFault``; 404 for an unknown lane.
    func route(
        _ name: String, _ head: RequestHead, authorize: () throws(RequestFault) -> Void
    ) throws(RequestFault) -> RequestRouter.Route? {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let showsFrames = parts.count == 2 && parts[1] == "frames"
        guard parts.count == 1 || showsFrames else { return nil }
        try RequestRouter.require(RequestRouter.getAndHead, head)
        if showsFrames { try authorize() }
        let lane = try registry.find(String(parts[0]))
        return .answer { showsFrames ? self.frames(lane, $0, $1) : self.report(lane, $0, $1) }
    }

    private func report(
        _ lane: Lane, _ context: ResponseContext, _ eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        onEachLoop(eventLoop) { loop in
            for tap in loop.laneTaps.values where tap.owes(lane) { tap.settle(readsKernel: true) }
        }.map { _ in
            let open = self.registry.openConnections(of: lane)
            return PageJSON.response(text: LaneReport(lane, open: open).json, context: context)
        }
    }

    private func frames(
        _ lane: Lane, _ context: ResponseContext, _ eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        onEachLoop(eventLoop) { loop in
            loop.laneTaps.values.flatMap { $0.messages(of: lane) }
        }.map { messages in
            let all = (lane.snapshot.messages.all + messages.flatMap(\.self)).sorted { $0.at < $1.at }
            let latest = all.suffix(DissectionLimits.mostMessages).map { LaneMessage($0) }
            return PageJSON.response(["messages": latest], context: context)
        }
    }

    /// Closes the connections of a lane, or of all lanes; the answer has their number.
    func drop(
        _ lane: Lane?, _ context: ResponseContext, _ eventLoop: any EventLoop
    ) -> EventLoopFuture<ByteBuffer> {
        onEachLoop(eventLoop) { loop in
            loop.dropLanes { tap in lane.map { tap.isUsed(by: $0) } ?? (tap.lane != nil) }
        }.map { PageJSON.response(["dropped": $0.reduce(0, +)], context: context) }
    }

    private func onEachLoop<Value: Sendable>(
        _ eventLoop: any EventLoop, _ body: @escaping @Sendable (FeedLoop) -> Value
    ) -> EventLoopFuture<[Value]> {
        EventLoopFuture.whenAllSucceed(loops.map { loop in loop.eventLoop.submit { body(loop) } }, on: eventLoop)
    }
}
