import Dissection
import HTTP
import NIOCore
import Synchronization

/// `POST /explain/handshake`, `/explain/frames` and `/explain/exchange`: explains pasted text byte by byte.
final class ExplainPages: Sendable {
    static let path = "/explain/"
    /// Explanations at a time. Anybody may ask for one, and it takes up to 0.1 s, which delays the feed.
    static let mostAtOnce = 2

    private typealias Explain = @Sendable ([UInt8]) throws(UnexplainableInput) -> Explanation

    private let underWay = Atomic<Int>(0)

    /// - Returns: `nil` for an unknown path.
    /// - Throws: ``RequestFault`` for another method than POST. The body throws it (503) if too many are under way;
    ///   otherwise its answer must be used.
    func route(_ name: String, _ head: RequestHead) throws(RequestFault) -> RequestRouter.Route? {
        guard let explain = Self.explanation(name) else { return nil }
        try RequestRouter.require(RequestRouter.post, head)
        return .page(
            PageBody(limit: ExplanationLimits.inputBytes) { body throws(RequestFault) in
                try self.begin()
                let bytes = Array(body.readableBytesView)
                return { context, eventLoop in
                    // Not on the event loop, whose connections it would delay.
                    eventLoop.makeFutureWithTask {
                        defer { self.underWay.subtract(1, ordering: .relaxed) }
                        return Self.answer(bytes, explain, context)
                    }
                }
            })
    }

    private func begin() throws(RequestFault) {
        if underWay.add(1, ordering: .relaxed).newValue <= Self.mostAtOnce { return }
        underWay.subtract(1, ordering: .relaxed)
        throw RequestFault(
            .serviceUnavailable, "the server explains \(Self.mostAtOnce) texts at a time; try again in a second")
    }

    private static func explanation(_ name: String) -> Explain? {
        switch name {
        case "handshake":
            return { (bytes) throws(UnexplainableInput) in try HandshakeExplanation.explain(bytes) }
        case "frames":
            return { (bytes) throws(UnexplainableInput) in
                try FrameExplanation.explain(try HexText.bytes(of: String(decoding: bytes, as: UTF8.self)))
            }
        case "exchange":
            return { (bytes) throws(UnexplainableInput) in try ExchangeExplanation.explain(bytes) }
        default: return nil
        }
    }

    private static func answer(_ bytes: [UInt8], _ explain: Explain, _ context: ResponseContext) -> ByteBuffer {
        do throws(UnexplainableInput) {
            return PageJSON.response(try explain(bytes), context: context)
        } catch {
            return PageJSON.response(
                ["error": error.description], status: .unprocessableContent, context: context)
        }
    }
}
