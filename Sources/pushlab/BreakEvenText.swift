import Foundation
import Measurement
import Prediction
import Report

/// Where short polling takes fewer bytes than WebSocket, and which quantities do not decide that, with the reason.
struct BreakEvenText {
    private let request: AdviceRequest
    private let point: PollingBreakEven
    private let columns: Int

    init(_ advice: Advice, columns: Int) {
        (request, point, self.columns) = (advice.request, advice.breakEven, columns)
    }

    var lines: [String] {
        let wins = [interval, rate, headers].compactMap { $0 }
        let missing = [noInterval, noRate, noHeaders].compactMap { $0 }
        return list("Short polling takes fewer bytes than WebSocket on the wire where", wins)
            + list("There is no break-even between short polling and WebSocket for", missing)
    }

    private func list(_ heading: String, _ items: [String]) -> [String] {
        if items.isEmpty { return [] }
        return [heading] + items.flatMap { WrappedText.lines("- \($0)", columns: columns, indent: 2, hanging: 2) }
    }

    /// The interval of the table, for a poll that has one.
    private var polled: String { AdviceFigure.time(point.acceptable?.interval ?? 0) }

    // MARK: Where polling costs less

    private var interval: String? {
        switch point.interval {
        case .everywhere where request.roundTrip > .zero:
            "at this rate, whatever the interval is, as polls are at least a round trip apart"
        case .everywhere: "at this rate, whatever the interval is"
        case .at(let seconds):
            "at this rate, the interval is above \(AdviceFigure.time(seconds))"
                + (point.items.map { ": a poll then carries more than \(Figure.significant($0)) items" }
                    ?? ": polls that are so rare cost less than the Pings that WebSocket sends every 30 s")
        case .nowhere, .unknown: nil
        }
    }

    private var rate: String? {
        switch point.rate {
        case .everywhere: "at the longest acceptable interval, \(polled), whatever the rate is"
        case .at(let rate):
            "at the longest acceptable interval, \(polled), the rate is above \(AdviceFigure.rate(rate))"
        case .nowhere, .unknown: nil
        }
    }

    private var headers: String? {
        let now = Figure.significant(point.acceptable?.headers ?? 0)
        return switch point.headers {
        case .everywhere: "at this rate and an interval of \(polled), whatever the size of headers is"
        case .at(let bytes):
            "at this rate and an interval of \(polled), the headers of request and response are below "
                + "\(Figure.significant(bytes)) B (here \(now) B)"
        case .nowhere, .unknown: nil
        }
    }

    // MARK: Where there is no such value

    private var noInterval: String? {
        guard point.interval == .nowhere, let rarest = point.rarest else { return nil }
        return "the interval: even a poll every \(AdviceFigure.time(rarest.interval)) takes "
            + cost(rarest, rarest.poll)
    }

    private var noRate: String? {
        if point.acceptable == nil {
            return "the rate and the headers: no interval is short enough for items younger than "
                + AdviceFigure.time(request.age.seconds)
        }
        switch point.rate {
        case .nowhere: return "the rate: at an interval of \(polled), polling takes more bytes up to 100,000/s"
        case .unknown: return "the rate: at an interval of \(polled), polling takes fewer bytes if items are rare"
        case .at, .everywhere: return nil
        }
    }

    private var noHeaders: String? {
        guard point.headers == .nowhere, let exchange = point.acceptable else { return nil }
        return "the headers: without any, a poll every \(polled) would take "
            + cost(exchange, exchange.poll - exchange.headers)
    }

    private func cost(_ exchange: PollingBreakEven.Exchange, _ poll: Double) -> String {
        // Large items hide what polls cost.
        if poll < exchange.push * 1.01 { return "\(AdviceFigure.bytes(poll - exchange.push)) more than WebSocket" }
        return "\(AdviceFigure.bytes(poll)), and WebSocket takes \(AdviceFigure.bytes(exchange.push)) in that time"
    }
}

/// Numbers of advice in units that fit them.
enum AdviceFigure {
    /// `364 ms`, `8.40 s`, `3.43 min`, `2.50 h`.
    static func time(_ seconds: Double) -> String {
        switch seconds {
        case 3_600...: "\(plain(seconds / 3_600)) h"
        case 120...: "\(plain(seconds / 60)) min"
        case 1...: "\(plain(seconds)) s"
        default: "\(plain(seconds * 1_000)) ms"
        }
    }

    /// `3.66/s`, `2/min`, `1.50/h`.
    static func rate(_ perSecond: Double) -> String {
        if perSecond >= 1 { return plain(perSecond) + "/s" }
        return perSecond * 60 >= 1 ? plain(perSecond * 60) + "/min" : plain(perSecond * 3_600) + "/h"
    }

    /// Three digits, but whole numbers as such: `10`, `3.66`.
    private static func plain(_ value: Double) -> String {
        abs(value - value.rounded()) < 1e-6 ? Figure.count(Int(value.rounded())) : Figure.significant(value)
    }

    /// Three digits, large numbers with a prefix: `1,687`, `10.5M`, `105G`.
    static func count(_ value: Double) -> String { prefixed(value, ["T": 1e12, "G": 1e9, "M": 1e6]) }

    /// `234 B`, `10.5 MB`.
    static func bytes(_ value: Double) -> String {
        let text = count(value)
        return text.last?.isLetter == true ? "\(text.dropLast()) \(text.suffix(1))B" : text + " B"
    }

    /// At most six characters: `<0.01`, `0.0251`, `4,348`, `435k`, `105G`.
    static func least(_ value: Double, _ limit: Double) -> String {
        if value > 0, value < limit { return "<\(limit.quantityText)" }
        return value < 9_999.5 ? Figure.significant(value) : prefixed(value, ["T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3])
    }

    private static func prefixed(_ value: Double, _ prefixes: KeyValuePairs<String, Double>) -> String {
        guard let prefix = prefixes.first(where: { value >= $0.value * 0.9995 }) else {
            return Figure.significant(value)
        }
        return Figure.significant(value / prefix.value) + prefix.key
    }

    /// The unit for a column of bit rates, with what it is in bit/s.
    static func bitUnit(for largest: Double) -> (name: String, size: Double) {
        switch largest {
        case 1e14...: ("Tbit/s", 1e12)
        case 1e11...: ("Gbit/s", 1e9)
        case 1e5...: ("Mbit/s", 1e6)
        default: ("kbit/s", 1e3)
        }
    }
}
