import ConnectionEnds
import Host
import Measurement
import Transports

/// Clients that leave and come back.
extension CurlFleet {
    /// Keeps the client until an instant; `nil` for good.
    func stay(_ client: CurlClient, until end: MonotonicInstant?) {
        client.leavesAt = end
        if let end, client.isStreaming { leaveTimes.insert(client.index, at: end) }
    }

    /// Ends a streaming response. A client that is not receiving one leaves later.
    func leave(_ client: CurlClient, _ now: MonotonicInstant) {
        guard client.isTransferring, client.responseStatus == 200 else {
            return stay(client, until: lifetimes?.nextEnd(of: client.index, after: now))
        }
        client.isLeaving = true
        recorder.left(client: client.index, at: now)
        client.endResponse()
    }

    /// The client's connection has ended because it leaves. That of a polling client ends with the end of an exchange.
    func left(_ client: CurlClient) {
        let now = MonotonicClock.now()
        if !client.isStreaming { recorder.left(client: client.index, at: now) }
        client.isAway = true
        client.due = now + (lifetimes?.away ?? .zero)
        client.listener.cameBack()
    }

    /// The client's next request begins. A client that was away is back with it.
    func begins(_ client: CurlClient, _ now: MonotonicInstant) {
        if client.isAway {
            client.isAway = false
            client.isLeaving = false
            recorder.cameBack(client: client.index, at: now)
            stay(client, until: lifetimes?.nextEnd(of: client.index, after: now))
        }
        // The last exchange of a polling client closes its connection.
        if !client.isStreaming, let end = client.leavesAt, end <= now { client.isLeaving = true }
        if lifetimes != nil { client.closesConnection(client.isLeaving) }
    }
}
