import CCurl
import ConnectionEnds
import Glibc
import Host
import Measurement
import Transports

/// The clients' exchanges: when each begins, how it ended, and when the next one is due.
extension CurlFleet {
    private static let servedAtOnce = 16
    // A request started later than this after its due time counts as late.
    private static let lateNanoseconds: Int64 = 1_000_000
    // Pause of a client after a failed exchange.
    private static let retryDelay = Duration.milliseconds(100)

    /// - Returns: Whether an exchange has ended, successfully or not.
    func endIfDone(_ client: CurlClient) -> Bool {
        guard client.isTransferring, let result = client.result else { return false }
        // Nothing was sent, so nothing has failed and the poll is still due.
        if client.wasStranded {
            client.endTransfer()
            if ending == nil { begin(client, at: MonotonicClock.now()) }
            return false
        }
        let status = client.responseStatus
        if client.speaksDialect, result == CURLE_OK, !isEndedByClient(client) { client.bodyEnded() }
        if let fault = client.versionFault { recorder.fail(fault) }
        client.endTransfer()
        // A client waits for an answer before it polls again. The travel through a simulated network is no lateness.
        if plan.target.goesThroughLink { client.answeredAt = MonotonicClock.now() }
        if client.isLeaving, client.isStreaming {
            count(client)
            left(client)
        } else if client.connection.isHalfClosed, client.isStreaming {
            count(client)
        } else if result == CURLE_OK {
            client.due = MonotonicInstant(nanoseconds: 0)
            note(client, status: status)
            if client.isLeaving { left(client) }
        } else if !client.connection.isHalfClosed {
            // A streaming response that failed still counts as a response.
            if client.isStreaming, status != 0 { count(client) }
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
        client.isStreaming && (client.isLeaving || client.connection.isHalfClosed)
    }

    func count(_ client: CurlClient) {
        counts.requests += 1
        if !hasContact, client.responseStatus >= 200 { hasContact = true }
        if client.itemsInResponse == 0 { counts.emptyResponses += 1 } else { counts.fullResponses += 1 }
    }

    private func note(_ client: CurlClient, status: Int) {
        count(client)
        var failed = isAnsweredEarly(client, status)
        client.listener.exchangeEnded(status: status) { event in
            var event = event
            switch event {
            case .fault:
                failed = true
                if let sentence = client.redirection { event = .fault(sentence) }
            case .lostServer: failed = true
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
            AnswerRules.isEarly(MonotonicClock.now() - client.began, hold: client.hold)
        else { return false }
        client.earlyAnswers += 1
        guard client.earlyAnswers > AnswerRules.allowedEarlyAnswers else { return false }
        rules.answeredEarly()
        return true
    }

    /// Serves a few clients per call, so that new arrivals are read soon.
    func serveEnded() {
        let last = min(served + Self.servedAtOnce, ended.count)
        while served < last {
            let client = ended[served]
            served += 1
            if endIfDone(client), ending == nil { schedule(client, MonotonicClock.now()) }
        }
        if served == ended.count {
            ended.removeAll(keepingCapacity: true)
            served = 0
        }
        performActions()
    }

    // A streaming client waits by itself.
    private func pauseAfterFailure(_ client: CurlClient) -> Duration {
        if client.isStreaming, client.reconnect != nil { return .zero }
        return client.reconnect?.next() ?? Self.retryDelay
    }

    /// Begins the client's next request if it is due, or waits for its due time.
    func schedule(_ client: CurlClient, _ now: MonotonicInstant) {
        let retry = client.isStreaming ? client.due : max(client.due, client.slowEnd ?? client.due)
        let planned = client.listener.nextRequestDue(at: now)
        client.due = max(planned, retry)
        if client.due <= now { begin(client, at: now) } else { dueTimes.insert(client.index, at: client.due) }
    }

    /// Begins a request, unless the client has to wait for a shared connection.
    ///
    /// - Parameters:
    ///   - client: Its next request is due.
    ///   - now: The time at this moment.
    func begin(_ client: CurlClient, at now: MonotonicInstant) {
        guard client.connection.admits(client) else { return }
        begins(client, now)
        var now = now
        // A request that is sent again was counted when it was due.
        if client.followsSchedule, !client.wasStranded {
            if plan.faults.pollDelay > .zero {
                usleep(UInt32(plan.faults.pollDelay.nanoseconds / 1_000))
                now = MonotonicClock.now()
            }
            let lag = now.nanoseconds(since: max(client.due, client.answeredAt))
            if client.due >= plan.times.windowStart, client.due < plan.times.windowEnd {
                scheduleLag.record(nanoseconds: lag)
            }
            if lag > Self.lateNanoseconds { counts.lateSends += 1 }
        }
        client.beginRequest(at: now)
    }
}
