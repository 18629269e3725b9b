import Host
import Measurement
import Transports

/// Which items of another format than PushLab's the clients of one driver received, and when the items were sent.
///
/// Such items have no due time, so the window is one of arrivals. Sequences must grow by 1 per item and be the same for
/// all clients. Each client expects the items from its first one on: it does not miss what the server published before.
struct ForeignDeliveries {
    /// What an item means for the figures of the run.
    enum Reception: Equatable {
        /// It counts as delivered.
        case delivered(isFirstCopy: Bool)
        /// It arrived after the window. ``finish()`` decides whether it belongs to the window.
        case late
        /// The item cannot be used, for this reason.
        case fault(String)
    }

    /// A larger distance between two sequences is a fault. Up to it, sums over all clients cannot overflow.
    static let farthest: UInt64 = 1 << 47
    /// Items after the window that are stored; further ones count as delivered after the window.
    static let mostLate = 1_000_000
    // Where the first sequence of the run is on the scale of the ledgers, which begins at 1.
    private static let origin = farthest + 1

    private struct Late {
        let client: Int
        let position: UInt64
        let arrived: MonotonicInstant
    }

    /// When items were sent.
    var times: SentTimes

    /// Position of the newest item that any client received within the window; 0 without one.
    private(set) var lastPosition: UInt64 = 0
    private(set) var deliveredAfterWindow: UInt64 = 0
    private let windowEnd: MonotonicInstant
    private let namesSequences: Bool
    // The first sequence of the run.
    private var first: UInt64?
    // By client; `nil` before its first item.
    private var ledgers: [DeliveryLedger?]
    // By client: whether it received an item from after the window, so that its missing items are lost.
    private var isBeyondWindow: [Bool]
    private var late: [Late] = []
    private var hasUnnumbered = false
    // Items without a sequence that arrived before the end of the window.
    private var unnumbered: UInt64 = 0

    /// - Parameters:
    ///   - form: Where items have sequence and time.
    ///   - plan: The plan of the clients.
    ///   - offset: Read when the clients start.
    init(_ form: ForeignForm, _ plan: LoadPlan, offset: WallClockOffset) {
        times = SentTimes(offset: offset)
        windowEnd = plan.times.windowEnd
        namesSequences = form.sequence != nil
        ledgers = Array(repeating: nil, count: plan.clients)
        isBeyondWindow = Array(repeating: false, count: plan.clients)
    }

    /// Whether it is known which items are missing: items were received, and all of them had a sequence.
    var hasSequences: Bool { first != nil && !hasUnnumbered }

    mutating func itemReceived(_ item: ForeignItem, client: Int, at now: MonotonicInstant) -> Reception {
        guard let sequence = item.sequence else { return unnumberedReceived(at: now) }
        let first = first ?? sequence
        self.first = first
        guard let position = Self.position(of: sequence, from: first) else {
            return .fault(
                "the server sent items with the sequences \(first) and \(sequence); a sequence must grow by 1 per item")
        }
        if now < windowEnd { lastPosition = max(lastPosition, position) }
        // If another client received the item within the window, it belongs to the window.
        if position <= lastPosition { return take(position, client) }
        isBeyondWindow[client] = true
        if late.count < Self.mostLate {
            late.append(Late(client: client, position: position, arrived: now))
        } else {
            deliveredAfterWindow += 1
        }
        return .late
    }

    private mutating func unnumberedReceived(at now: MonotonicInstant) -> Reception {
        hasUnnumbered = true
        guard now < windowEnd else {
            deliveredAfterWindow += 1
            return .late
        }
        unnumbered += 1
        return .delivered(isFirstCopy: true)
    }

    private mutating func take(_ position: UInt64, _ client: Int) -> Reception {
        if ledgers[client] == nil { ledgers[client] = DeliveryLedger(after: position - 1) }
        let kind = ledgers[client]?.itemReceived(position)
        return .delivered(isFirstCopy: kind == .fresh || kind == .reordered)
    }

    /// Position up to which the client waits for no item any more. Without sequences, nothing is waited for.
    func position(of client: Int) -> UInt64 {
        guard namesSequences, !hasUnnumbered, !isBeyondWindow[client] else { return .max }
        return ledgers[client]?.highest ?? 0
    }

    /// The highest sequence that the client received; 0 without one.
    func highestSequence(of client: Int) -> UInt64 {
        guard let first, let position = ledgers[client]?.highest else { return 0 }
        return position >= Self.origin ? first + (position - Self.origin) : first - (Self.origin - position)
    }

    /// Counts the stored items. Sockets are not read in the order of arrivals: another client's copy from within the
    /// window may have been read after a copy from after it, which then belongs to the window too.
    ///
    /// - Returns: When the items that belong to the window arrived.
    mutating func finish() -> [MonotonicInstant] {
        var arrivals: [MonotonicInstant] = []
        let stored = late
        late = []
        for item in stored {
            if item.position <= lastPosition {
                _ = take(item.position, item.client)
                arrivals.append(item.arrived)
            } else {
                deliveredAfterWindow += 1
            }
        }
        return arrivals
    }

    /// The totals of all clients. If items have no sequences, only the number delivered is known.
    func totals() -> DeliveryTotals {
        var totals = DeliveryTotals(delivered: unnumbered)
        for case let ledger? in ledgers { totals.merge(ledger.totals(through: lastPosition)) }
        return totals
    }

    private static func position(of sequence: UInt64, from first: UInt64) -> UInt64? {
        let distance = sequence >= first ? sequence - first : first - sequence
        guard distance <= farthest else { return nil }
        return sequence >= first ? origin + distance : origin - distance
    }
}
