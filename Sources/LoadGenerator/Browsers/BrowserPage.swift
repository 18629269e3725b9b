import Measurement
import Transports

/// One page of a browser as a client: its clock, and when its items arrived.
///
/// Not `Sendable`: it stays on its event loop.
final class BrowserPage {
    let client: Int
    let tap: PageTap
    /// As the browser names it; empty before it is made.
    var handle = ""
    var clock = PageClock()
    /// Step of its clock, µs; `nil` if unknown.
    var clockStep: Int?
    private(set) var counts = ExchangeCounts()
    private var arrivals: [MonotonicInstant] = []

    init(client: Int, tap: PageTap) {
        (self.client, self.tap) = (client, tap)
    }

    /// Largest error of an arrival, µs; `nil` if the page's clock is unknown.
    var clockError: Int? {
        guard let bound = clock.boundNanoseconds, let clockStep else { return nil }
        return Int(clamping: (bound + 999) / 1_000) + clockStep
    }

    /// Records what the page reports.
    func take(_ batch: String, into recorder: DeliveryRecorder, at now: MonotonicInstant) {
        for event in PageEvents.read(batch) {
            switch event {
            case .item(let item, let reading):
                let arrival = clock.instant(of: reading) ?? now
                arrivals.append(arrival)
                recorder.take(.item(item), client: client, at: arrival)
            case .response(let items):
                if items == 0 { counts.emptyResponses += 1 } else { counts.fullResponses += 1 }
            case .other(let event): recorder.take(event, client: client, at: now)
            }
        }
    }

    /// Adds the delays from the arrival at this host to the arrival in the page. An error of the page's clock can make
    /// one negative, which then counts as 0.
    ///
    /// - Returns: False if arrivals cannot be paired, because more items arrived in the page than at this host.
    func addDelays(to histogram: inout LatencyHistogram) -> Bool {
        guard arrivals.count <= tap.arrivals.count else { return false }
        for (page, host) in zip(arrivals, tap.arrivals) { histogram.record(max(.zero, page - host)) }
        return true
    }
}
