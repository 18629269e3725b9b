import WebSocketProtocol

extension WebSocketEndpoint {
    /// What a server's driver does next: write what is queued, then keep, await the peer, or close.
    mutating func takeActions() -> SubscriberActions {
        let output = takeOutput().map { SubscriberActions.Write.bytes($0) }
        switch fate {
        case .keep: return SubscriberActions(output)
        case .awaitPeer: return SubscriberActions(output, then: .awaitPeer)
        case .drop: return SubscriberActions(output, then: .close)
        }
    }
}
