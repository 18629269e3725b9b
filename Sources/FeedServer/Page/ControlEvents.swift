import Feed
import Foundation
import HTTP
import Measurement
import NIOCore
import Transports

/// The response to `GET /control/events`: the state of the controls as server-sent events, at once and after each
/// change.
struct ControlEvents: Subscriber {
    // Proxies close idle connections.
    private static let keepAlive = Duration.seconds(15)

    private let board: ControlBoard
    private let framing: BodyFraming
    private var sentRevision: UInt64?
    private var isOver = false

    init(_ board: ControlBoard, for head: RequestHead) {
        self.board = board
        framing = BodyFraming(for: head)
    }

    mutating func opened(_ window: FeedWindow, at now: MonotonicInstant) -> SubscriberActions {
        let response = HTTPResponse(
            .ok, contentType: "text/event-stream", fields: [ResponseField("Cache-Control", "no-store")],
            body: .stream(framing, beginning: framing.framed(event(board.state))))
        return SubscriberActions(.response(response), wakeAt: now + Self.keepAlive)
    }

    mutating func itemPublished(_ window: FeedWindow) -> SubscriberActions {
        // For each item of the feed: without a lock, and without a copy of the state.
        if isOver || board.revision == sentRevision { return .none }
        return SubscriberActions(.bytes(framing.framed(event(board.state))))
    }

    mutating func clockReached(_ now: MonotonicInstant, window: FeedWindow) -> SubscriberActions {
        isOver ? .none : SubscriberActions(.bytes(framing.framed(":\n\n")), wakeAt: now + Self.keepAlive)
    }

    mutating func serverStopping(_ window: FeedWindow) -> SubscriberActions {
        isOver = true
        return SubscriberActions(.bytes(ByteBuffer(string: framing.ending)), then: .close)
    }

    private mutating func event(_ state: ControlState) -> String {
        sentRevision = state.revision
        return "id: \(state.revision)\ndata: \(PageJSON.text(state))\n\n"
    }
}
