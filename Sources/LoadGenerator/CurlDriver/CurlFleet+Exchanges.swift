import CCurl
import Glibc
import Host
import Measurement
import Transports

/// The clients' exchanges: when each begins, how it ended, and when the next one is due.
extension CurlFleet {
    private static let servedAtOnce = 8
    // A request started later than this after its due time counts as late.
    private static let lateness = Duration.milliseconds(1)
    // Pause of a client after a failed exchange.
    private static let retryDelay = Duration.milliseconds(100)

    /// - Returns: Whether an exchange has ended, successfully or not.
    func endIfDone(_ client: CurlClient) -> Bool {
        guard client.isTransferring, let result = client.result else { return false }
        // Nothing was sent, so nothing has failed and the poll is still due.
        if client.wasStranded {
            client.endTransfer()
            if ending == nil { begin(client) }
            return false
        }
        let status = client.responseStatus
        if client.speaksDialect, result == CURLE_OK, !isEndedByClient(client) { client.bodyEnded() }
        if let fault = client.versionFault { recorder.fail(fault) }
        client.endTransfer()
        // A client waits for an answer before it polls again. The travel through a simulated network is no lateness.
        if plan.target.goesThroughLink { client.answeredAt = MonotonicClock.now() }
        if client.isLeaving, client.listener.isStreaming {
            count(client)
            left(client)
        } else if client.multi.isHalfClosed, client.listener.isStreaming {
            count(client)
        } else if result == CURLE_OK {
            client.due = MonotonicInstant(nanoseconds: 0)
            note(client, status: status)
            if client.isLeaving { left(client) }
        } else if !client.multi.isHalfClosed {
            // A streaming response that failed still counts as a response.
            if client.listener.isStreaming, status != 0 { count(client) }
            let now = MonotonicClock.now()
            // If the listener aborted the response, it has already reported why.
            if !client.listener.wantsNoMore {
                let reason = NetworkErrorText.text(
                    result, encrypts: plan.target.tls != nil, errorNumber: client.number(CURLINFO_OS_ERRNO))
                recorder.ended(.broken, "a request failed: \(reason)", client: client.index, at: now)
            }
            client.due = now + pauseAfterFailure(client)
        }
        return true
    }

    // What a stream that the client ends has brought of its last item is no item.
    private func isEndedByClient(_ client: CurlClient) -> Bool {
        client.listener.isStreaming && (client.isLeaving || client.multi.isHalfClosed)
    }

    func count(_ client: CurlClient) {
        counts.requests += 1
        if client.itemsInResponse == 0 { counts.emptyResponses += 1 } else { counts.fullResponses += 1 }
    }

    private func note(_ client: CurlClient, status: Int) {
        count(client)
        var failed = isAnsweredEarly(client, status)
        client.listener.exchangeEnded(status: status) { event in
            switch event {
            case .fault, .lostServer: failed = true
            case .item, .foreign, .gap, .skipped, .ended: break
            }
            recorder.take(event, client: client.index, at: MonotonicClock.now())
        }
        if failed {
            client.due = MonotonicClock.now() + pauseAfterFailure(client)
        } else {
            client.reconnect?.succeeded()
        }
    }

    // Such an answer counts as failed, so that the client pauses. Otherwise it would poll thousands of times a second.
    private func isAnsweredEarly(_ client: CurlClient, _ status: Int) -> Bool {
        guard client.itemsInResponse == 0, status == 200 || status == 204,
            AnswerRules.isEarly(MonotonicClock.now() - client.began, hold: client.listener.hold)
        else { return false }
        client.earlyAnswers += 1
        guard client.earlyAnswers > AnswerRules.allowedEarlyAnswers else { return false }
        rules.answeredEarly()
        return true
    }

    /// Serves a few clients per call, so that new arrivals are read soon.
    func serveEnded() {
        for client in ended.prefix(Self.servedAtOnce) where endIfDone(client) && ending == nil {
            schedule(client, MonotonicClock.now())
        }
        ended.removeFirst(min(Self.servedAtOnce, ended.count))
        performActions()
    }

    // A streaming client waits by itself.
    private func pauseAfterFailure(_ client: CurlClient) -> Duration {
        if client.listener.isStreaming, client.reconnect != nil { return .zero }
        return client.reconnect?.next() ?? Self.retryDelay
    }

    /// Begins the client's next request if it is due, or waits for its due time.
    func schedule(_ client: CurlClient, _ now: MonotonicInstant) {
        let retry = client.listener.isStreaming ? client.due : max(client.due, client.slowEnd ?? client.due)
        let planned = client.listener.nextRequestDue(at: now)
        client.due = max(planned, retry)
        if client.due <= now { begin(client) } else { dueTimes.insert(client.index, at: client.due) }
    }

    /// Begins a request, unless the client has to wait for a shared connection.
    func begin(_ client: CurlClient) {
        guard client.multi.admits(client) else { return }
        begins(client)
        // A request that is sent again was counted when it was due.
        if client.listener.followsSchedule, !client.wasStranded {
            if plan.faults.pollDelay > .zero { usleep(UInt32(plan.faults.pollDelay.nanoseconds / 1_000)) }
            let lag = MonotonicClock.now() - max(client.due, client.answeredAt)
            if client.due >= plan.times.windowStart, client.due < plan.times.windowEnd { scheduleLag.record(lag) }
            if lag > Self.lateness { counts.lateSends += 1 }
        }
        client.beginRequest(to: base)
    }
}
