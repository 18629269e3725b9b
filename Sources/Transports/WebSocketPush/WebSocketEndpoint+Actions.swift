import NIOCore
import WebSocketProtocol

extension WebSocketEndpoint {
    /// What a server's driver does next: write what is queued, then keep, await the peer, or close.
    mutating func takeActions() -> SubscriberActions {
        SubscriberActions(writing: takeOutput(), fate: fate)
    }
}

extension SubscriberActions {
    /// - Parameters:
    ///   - output: What an endpoint has queued, if anything.
    ///   - fate: What is to become of the connection after it.
    init(writing output: ByteBuffer?, fate: ClosingHandshake.Fate) {
        let then: Continuation =
            switch fate {
            case .keep: .stay
            case .awaitPeer: .awaitPeer
            case .drop: .close
            }
        self.init(output.map { .bytes($0) }, then: then)
    }
}
