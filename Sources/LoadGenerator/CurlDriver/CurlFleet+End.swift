import Host
import Measurement
import Transports
import WireAccounting

/// The end of a fleet: which responses it still waits for, and the final byte totals.
extension CurlFleet {
    struct Ending {
        let last: UInt64
        let account: FeedAccount
        let answer: CheckedContinuation<LoadRecord, Never>
        /// How long responses are waited for; later with each response, up to `latest`.
        var deadline: MonotonicInstant
        let latest: MonotonicInstant
        /// Responses so far.
        var responses: UInt64
    }

    // Streams and held polls end with our half of their connections, and the server's half is waited for. A closed
    // connection would lose what the server sends until it sees the close: the rest of a stream, or the answer to a
    // poll if an item is published at that moment, or if a busy server reads the poll later. Polls not sent yet are
    // waited for, because the server counts a connection from its first request.
    func endIfReady() {
        if ending == nil { return }
        guard let ending = awaitingFurtherResponses() else { return }
        // Requests that were not sent yet when the run ended may be sent by now.
        for client in clients { client.endResponse() }
        let isAwaited = clients.contains {
            $0.isTransferring
                && ($0.followsSchedule || $0.connection.isHalfClosed || $0.isOpening || isReadingSlowly($0))
        }
        if isAwaited, MonotonicClock.now() < ending.deadline { return }
        ending.answer.resume(returning: end(ending))
    }

    // A busy server answers one poll after another. As long as it does, the others are waited for.
    private func awaitingFurtherResponses() -> Ending? {
        if let responses = ending?.responses, counts.requests > responses, let latest = ending?.latest {
            ending?.responses = counts.requests
            ending?.deadline = min(latest, MonotonicClock.now() + Self.endPatience + plan.times.networkAllowance)
        }
        return ending
    }

    // The rest of a slow client's response is read first; closing the connection would reset it.
    private func isReadingSlowly(_ client: CurlClient) -> Bool {
        plan.readBytesPerSecond != nil && client.responseStatus >= 200
    }

    /// Checks the outstanding responses when the clients stop.
    func judgeAnswers(at now: MonotonicInstant) {
        for client in clients where client.isTransferring {
            // An interim response (RFC 9110 §15.2) does not count.
            if client.responseStatus < 200 {
                judgeContact(client, at: now)
                if client.listener.hasUnknownHold { continue }
                rules.awaitsHeaders(since: client.began, hold: client.hold, at: now)
                continue
            }
            hasContact = true
            if client.listener.isWithinItem, !recorder.hasReceived(client: client.index) {
                rules.waitsForEndOfFirstItem()
            }
        }
    }

    private func judgeContact(_ client: CurlClient, at now: MonotonicInstant) {
        let mayBeHeld =
            client.listener.hasUnknownHold || rules.mayHold(since: client.began, hold: client.hold, at: now)
        if mayBeHeld, !client.isOpening { hasContact = true } else { unanswered += 1 }
    }

    private func end(_ ending: Ending) -> LoadRecord {
        isRunning = false
        for client in ended[served...] { _ = endIfDone(client) }
        for client in clients {
            counts.lateSends += client.listener.skippedTicks
            // Some servers do not end a stream when the client's half of the connection has ended.
            if client.isTransferring, client.isStreaming, client.responseStatus >= 200 { count(client) }
            client.listener.chunks.add(to: &recorder.messages)
            client.close()
        }
        for multi in multis { multi.close() }
        lingering.awaitEnds()
        Descriptor.close(epoll)
        bookTLSAndTunnel()
        var record = LoadRecord()
        recorder.report(through: ending.last, by: ending.account, into: &record)
        record.rowObjections = rules.objections
        record.timeObjections = heartbeat.objection.map { [$0] } ?? []
        record.ledger = ledger
        record.lacksHTTP2Bytes = plan.httpVersion.isHTTP2
        record.kernel = kernel
        record.unreadCounters = unreadCounters
        record.exchanges = counts
        (record.hasContact, record.unanswered) = (hasContact, hasContact ? 0 : unanswered)
        record.scheduleLag = scheduleLag
        // Clients with a schedule connect at their scheduled times, which is part of the experiment.
        if clients.first?.followsSchedule == false { record.connectedAt = connectedAt ?? MonotonicClock.now() }
        return record
    }

    // Bytes between the exchanges and TCP. The dialogue with a proxy is outside TLS.
    private func bookTLSAndTunnel() {
        let all = connections.compactMap(\.tls)
        if !all.isEmpty {
            book(all.map(\.up), .up)
            book(all.map(\.down), .down)
            ledger.bookTLS(lingering.bytes, setup: lingering.setupBytes, .down)
            counts.resumed = all.reduce(0) { $0 + $1.resumedConnections }
        }
        for tunnel in clients.compactMap(\.tunnel) {
            ledger.book(tunnel.bytesUp, .handshake, .up)
            ledger.book(tunnel.bytesDown, .handshake, .down)
        }
    }

    // TLS' overhead is the size of its records minus their content. With HTTP/1.1 the ledger has the content by now.
    // With HTTP/2 the content is not known here, so the overhead is computed from the number of records.
    private func book(_ records: [CurlTLS.Records], _ direction: Direction) {
        let setup = records.reduce(0) { $0 + $1.setupBytes }
        let added =
            plan.httpVersion.isHTTP2
            ? records.reduce(setup) { $0 + $1.applicationRecords * TLSRecordTally.overheadOfRecord }
            : records.reduce(-Int(ledger.tcpPayloadBytes(direction))) { $0 + $1.bytes }
        ledger.bookTLS(added, setup: setup, direction)
        recorder.messages.count(
            direction == .up ? .recordUp : .recordDown,
            times: UInt64(records.reduce(0) { $0 + $1.applicationRecords }))
    }
}
