import Foundation
import Measurement
import Transports
import WireAccounting

/// Where short polling and WebSocket cost the same number of bytes on the wire, by the figures of the table above it.
///
/// A poll costs about the same whatever it carries, and a pushed item costs a frame and its own TCP/IP headers. So
/// polling costs less where a poll carries enough items.
package struct PollingBreakEven: Sendable, Equatable {
    /// What is varied; everything else is as asked.
    package enum Kind: Sendable, Equatable {
        /// Interval above which polling costs less, in seconds.
        case interval(Double)
        /// Size of request and response headers below which polling costs less, in bytes.
        case headers(Double)
        /// Rate above which polling costs less, per second.
        case rate(Double)
        /// Items per poll above which polling costs less.
        case items(Double)
    }

    /// The point.
    package let kind: Kind

    /// - Returns: Without the points that do not exist within what the options allow: 10 ms to 10 min of interval,
    ///   1 item per hour to 1 million per second.
    static func all(_ request: AdviceRequest) -> [PollingBreakEven] {
        let rate = request.rate.perSecond
        var all: [PollingBreakEven] = []
        // Beyond the interval's own round trip, requests are no more frequent.
        guard let push = push(request, rate: rate) else { return [] }
        let interval = crossing(from: 0.01, to: 600) { interval in
            poll(request, interval: interval, rate: rate).map { $0.wireBytes - push.wireBytes }
        }
        if let interval {
            let real = max(interval, request.roundTrip.seconds)
            all += [PollingBreakEven(kind: .items(rate * real)), PollingBreakEven(kind: .interval(real))]
        }
        guard let longest = request.longestInterval?.seconds else { return all }
        if let rate = crossing(from: 1 / 3_600, to: 1e6, of: { excess(request, interval: longest, rate: $0) }) {
            all.append(PollingBreakEven(kind: .rate(rate)))
        }
        if let bytes = headers(request, interval: longest, push) { all.append(PollingBreakEven(kind: .headers(bytes))) }
        return all
    }

    /// Bytes per client and second by which polling is above WebSocket.
    private static func excess(_ request: AdviceRequest, interval: Double, rate: Double) -> Double? {
        guard let poll = poll(request, interval: interval, rate: rate), let push = push(request, rate: rate) else {
            return nil
        }
        return poll.wireBytes - push.wireBytes
    }

    private static func headers(
        _ request: AdviceRequest, interval: Double, _ push: Advice.Candidate
    ) -> Double? {
        guard let poll = poll(request, interval: interval, rate: request.rate.perSecond), poll.requests > 0,
            let options = try? ShortPolling.checkedOptions(poll.options)
        else { return nil }
        let sizes = MessageSizes(
            ShortPolling.self, options: options, payload: request.payload, authority: "127.0.0.1:40000")
        let now =
            sizes.request(cursorDigits: 4)[.httpHead, .up]
            + sizes.responseHead(cursorDigits: 4, lengthDigits: 3)[.httpHead, .down]
        return max(0, Double(now) - (poll.wireBytes - push.wireBytes) / poll.requests)
    }

    private static func poll(_ request: AdviceRequest, interval: Double, rate: Double) -> Advice.Candidate? {
        var options = request.options(of: ShortPolling.self)
        options["interval"] = .duration(.nanoseconds(Int64(interval * 1e9)))
        return Advice.candidate(ShortPolling.self, options, request, .reference, rate: rate)
    }

    private static func push(_ request: AdviceRequest, rate: Double) -> Advice.Candidate? {
        Advice.candidate(
            WebSocketPush.self, request.options(of: WebSocketPush.self), request, .reference, rate: rate)
    }

    /// Where a falling function reaches 0, by halving a range in which it does.
    ///
    /// - Returns: `nil` if it has one sign at both ends, or no value.
    private static func crossing(from low: Double, to high: Double, of function: (Double) -> Double?) -> Double? {
        guard let first = function(low), let last = function(high), first > 0, last <= 0 else { return nil }
        var (low, high) = (low, high)
        for _ in 0..<20 {
            let middle = (low * high).squareRoot()
            guard let value = function(middle) else { return nil }
            if value > 0 { low = middle } else { high = middle }
        }
        return high
    }
}
