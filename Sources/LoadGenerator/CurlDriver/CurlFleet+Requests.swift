import CLinux
import Host
import Measurement
import Synchronization
import WireAccounting

/// Requests of other threads, and the answers of the driver's thread.
extension CurlFleet {
    enum Request {
        case hasReached(UInt64, CheckedContinuation<Bool, Never>)
        case highestReceived(CheckedContinuation<UInt64, Never>)
        case traffic(CheckedContinuation<Traffic, Never>)
        case progress(CheckedContinuation<FleetProgress, Never>)
        case finish(UInt64, FeedAccount, CheckedContinuation<LoadRecord, Never>)
    }

    // At the end, polls that the server answers at once may finish. Otherwise the server would count bytes that no
    // client reads. On a loaded machine that took more than 1 s.
    static let endPatience = Duration.seconds(2)
    // What waits in the server for a slow client is read first.
    private static let slowPatience = Duration.seconds(3)

    func hasReached(_ last: UInt64) async -> Bool {
        await withCheckedContinuation { ask(.hasReached(last, $0)) }
    }

    func highestReceived() async -> UInt64 {
        await withCheckedContinuation { ask(.highestReceived($0)) }
    }

    func traffic() async -> Traffic {
        await withCheckedContinuation { ask(.traffic($0)) }
    }

    func progress() async -> FleetProgress {
        await withCheckedContinuation { ask(.progress($0)) }
    }

    func finish(through last: UInt64, by account: FeedAccount) async -> LoadRecord {
        await withCheckedContinuation { ask(.finish(last, account, $0)) }
    }

    private func ask(_ request: Request) {
        requests.withLock { $0.append(request) }
        eventfd_write(wake, 1)
    }

    private var openCounts: [KernelCount] {
        (connections.flatMap(\.openSockets) + lingering.openSockets).compactMap { SocketCounters.read($0) }
    }

    func answerRequests() {
        var drained: UInt64 = 0
        eventfd_read(wake, &drained)
        let asked = requests.withLock { requests in
            defer { requests.removeAll() }
            return requests
        }
        for request in asked {
            switch request {
            case .hasReached(let last, let answer): answer.resume(returning: recorder.hasReached(last))
            case .highestReceived(let answer): answer.resume(returning: recorder.highestReceived())
            case .traffic(let answer):
                answer.resume(returning: Traffic(kernel, open: openCounts, requests: counts.requests))
            case .progress(let answer):
                let progress = FleetProgress(
                    recorder, ledger: ledger, exchanges: counts,
                    openRequests: clients.count { $0.isTransferring }, ended: kernel, open: openCounts)
                answer.resume(returning: progress)
            case .finish(let last, let account, let answer):
                let now = MonotonicClock.now()
                judgeAnswers(at: now)
                let drain = plan.readBytesPerSecond == nil ? Duration.zero : Self.slowPatience
                let deadline = now + Self.endPatience + plan.times.networkAllowance + drain
                ending = Ending(
                    last: last, account: account, answer: answer, deadline: deadline,
                    latest: max(deadline, now + plan.times.patience), responses: counts.requests)
                for client in clients {
                    client.readFreely()
                    client.endResponse()
                }
            }
        }
    }
}
