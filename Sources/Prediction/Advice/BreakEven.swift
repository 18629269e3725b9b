import Measurement
import Transports
import WireAccounting

/// Where short polling and WebSocket cost the same number of bytes on the wire.
///
/// A poll costs H + 3·52 B whatever it carries, and 1 B per item; a pushed item costs its frame's header and 2·52 B. So
/// both are equal where λI items per poll times the difference per item make up for the poll.
package struct BreakEven: Sendable, Equatable {
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

    package let kind: Kind

    static func all(_ request: AdviceRequest) -> [BreakEven] {
        guard let poll = sizes(ShortPolling.self, request), let push = sizes(WebSocketPush.self, request) else {
            return []
        }
        let headers = Double(
            poll.request(cursorDigits: 4)[.httpHead, .up]
                + poll.responseHead(cursorDigits: 4, lengthDigits: 3)[.httpHead, .down])
        let record = request.encrypts ? ByteModel.recordBytes : 0
        let exchange = 3 * SegmentEstimate.headerBytes + 2 * record
        let item = push.item(cursorDigits: 4, base36Digits: 8)
        let pushed =
            Double(item.tcpPayloadBytes(.down)) - Double(request.payload) + 2 * SegmentEstimate.headerBytes + record
        let saved = pushed - Double(poll.item(cursorDigits: 4, base36Digits: 8)[.envelope, .down])
        let rate = request.rate.perSecond
        let items = (headers + exchange) / saved
        var all = [BreakEven(kind: .items(items)), BreakEven(kind: .interval(items / rate))]
        if let interval = request.longestInterval?.seconds {
            all.append(BreakEven(kind: .rate(items / interval)))
            all.append(BreakEven(kind: .headers(max(0, rate * interval * saved - exchange))))
        }
        return all
    }

    private static func sizes(_ type: any ClientTransport.Type, _ request: AdviceRequest) -> MessageSizes? {
        var given: [String: TransportOptionValue] = [:]
        if type == ShortPolling.self, request.headers != .minimal {
            given["headers"] = .choice(request.headers.rawValue)
        }
        return (try? type.checkedOptions(given)).map {
            MessageSizes(type, options: $0, payload: request.payload, authority: "example.com")
        }
    }
}
