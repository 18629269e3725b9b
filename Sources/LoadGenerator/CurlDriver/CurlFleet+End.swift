import Host
import Measurement
import Transports
import WireAccounting

/// The end of a fleet: what is still waited for, and what is booked then.
extension CurlFleet {
    struct Ending {
        let last: UInt64
        let account: FeedAccount
        let answer: CheckedContinuation<LoadRecord, Never>
        let deadline: MonotonicInstant
    }

    // Held polls are not waited for: the server sees their clients' end and does not answer. Those not sent yet are,
    // for the server counts a connection by its first request. Streams are: what the server had sent by then is still
    // to be read.
    func endIfReady() {
        guard let ending else { return }
        let isAwaited = clients.contains {
            $0.isTransferring && ($0.listener.followsSchedule || $0.multi.isLeaving || $0.isOpening)
        }
        if isAwaited, MonotonicClock.now() < ending.deadline { return }
        ending.answer.resume(returning: end(ending))
    }

    /// What the clients are still owed when they are to leave.
    func judgeAnswers(at now: MonotonicInstant) {
        for client in clients where client.isTransferring {
            // An interim answer (RFC 9110 §15.2) is none.
            if client.responseStatus < 200 {
                rules.awaitsHead(since: client.began, hold: client.listener.hold, at: now)
            } else if client.listener.isWithinItem, recorder.highestReceived(client: client.index) == plan.cursor {
                rules.waitsForEndOfFirstItem()
            }
        }
    }

    private func end(_ ending: Ending) -> LoadRecord {
        isRunning = false
        for client in ended { _ = endIfDone(client) }
        for client in clients {
            counts.latePolls += client.listener.skippedTicks
            client.close()
        }
        for multi in multis { multi.close() }
        lingering.awaitEnds()
        Descriptor.close(epoll)
        bookWay()
        var record = LoadRecord()
        recorder.report(through: ending.last, by: ending.account, into: &record)
        record.rowObjections = rules.objections
        record.timeObjections = heartbeat.objection.map { [$0] } ?? []
        record.ledger = ledger
        record.lacksHTTP2Bytes = plan.httpVersion.isHTTP2
        record.kernel = kernel
        record.unreadCounters = unreadCounters
        record.exchanges = counts
        record.scheduleLag = scheduleLag
        // Clients with a schedule connect when it says, which is part of the experiment.
        if clients.first?.listener.followsSchedule == false { record.connectedAt = connectedAt ?? MonotonicClock.now() }
        return record
    }

    // What lies between the exchanges and TCP; a proxy is talked to outside of TLS.
    private func bookWay() {
        let all = multis.compactMap(\.tls)
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

    // TLS' share is what its records had beyond what they carried. Of HTTP/1.1 that is booked by now; of HTTP/2 it is
    // not known here, so the records are counted.
    private func book(_ records: [CurlTLS.Records], _ direction: Direction) {
        let setup = records.reduce(0) { $0 + $1.setupBytes }
        let added =
            plan.httpVersion.isHTTP2
            ? records.reduce(setup) { $0 + $1.applicationRecords * TLSRecordTally.overheadOfRecord }
            : records.reduce(-Int(ledger.tcpPayloadBytes(direction))) { $0 + $1.bytes }
        ledger.bookTLS(added, setup: setup, direction)
    }
}
