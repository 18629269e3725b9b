import Feed
import Host
import Measurement
import NIOCore
import Transports
import WebSocketProtocol
import WireAccounting

/// CPU time of the load generator's own code per item, from bytes in memory to the recorded latency: what the load
/// generator adds to every latency. It excludes sockets and system calls.
package enum ReceivePathCost {
    private static let payloadBytes = 128
    private static let batches = 5
    private static let itemsPerBatch = 500

    /// Nanoseconds per item for a WebSocket client that reads one frame at a time; `nil` if the number of items read is
    /// wrong.
    package static func webSocketNanoseconds() -> Double? { median(webSocketBatch) }

    /// Nanoseconds per item for a polling client that reads one line at a time; `nil` if the number of items read is
    /// wrong.
    package static func linesNanoseconds() -> Double? { median(linesBatch) }

    private static func webSocketBatch() -> Double? {
        let plan = plan()
        let recorder = DeliveryRecorder(plan)
        var ledger = ByteLedger()
        guard var listener = openListener(plan, &ledger) else { return nil }
        var frames = items().map { FrameEncoder.unmaskedFrame(.text, payload: $0.text) }
        let start = MonotonicClock.now()
        for index in frames.indices {
            let now = MonotonicClock.now()
            listener.received(&frames[index], ledger: &ledger) { recorder.take($0, client: 0, at: now) }
        }
        return perItem(since: start, recorder)
    }

    private static func linesBatch() -> Double? {
        let recorder = DeliveryRecorder(plan())
        var ledger = ByteLedger()
        var reader = LineItemReader()
        let lines = items().map { Array($0.text.readableBytesView) + [UInt8(ascii: "\n")] }
        let start = MonotonicClock.now()
        for line in lines {
            let now = MonotonicClock.now()
            line.withUnsafeBytes { bytes in
                reader.read(bytes, ledger: &ledger) { recorder.take($0, client: 0, at: now) }
            }
        }
        return perItem(since: start, recorder)
    }

    private static func perItem(since start: MonotonicInstant, _ recorder: DeliveryRecorder) -> Double? {
        let taken = MonotonicClock.now() - start
        return recorder.latency.count == itemsPerBatch ? Double(taken.nanoseconds) / Double(itemsPerBatch) : nil
    }

    private static func items() -> [FeedItem] {
        var generator = FeedGenerator(
            payloadBytes: payloadBytes, period: .microseconds(1), arrivals: .constant, seed: 1)
        return (0..<itemsPerBatch).map { _ in generator.next() }
    }

    // One client; every item was due within the last second.
    private static func plan() -> LoadPlan {
        let begin = MonotonicClock.now() - .seconds(1)
        return LoadPlan(
            target: LoadTarget(port: 80), transport: WebSocketPush.name, clients: 1, epoch: begin,
            times: LoadTimes(start: begin, windowStart: begin, windowEnd: begin + .seconds(60)))
    }

    private static func openListener(_ plan: LoadPlan, _ ledger: inout ByteLedger) -> (any ConnectionListener)? {
        guard let setup = Array(ListenerSetups(plan)).first, case .connection(let makeListener) = WebSocketPush.client
        else { return nil }
        var listener = makeListener(setup)
        let request = String(buffer: listener.connected(ledger: &ledger))
        guard let line = request.split(separator: "\r\n").first(where: { $0.hasPrefix("Sec-WebSocket-Key: ") }) else {
            return nil
        }
        let accept = AcceptKey.answering(String(line.dropFirst("Sec-WebSocket-Key: ".count)))
        var answer = ByteBuffer(
            string: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(accept)\r\n\r\n")
        listener.received(&answer, ledger: &ledger) { _ in }
        return listener.isOpen ? listener : nil
    }

    // The median, because the first batch is slower: memory is not mapped yet and caches are cold.
    private static func median(_ batch: () -> Double?) -> Double? {
        let costs = (0..<batches).compactMap { _ in batch() }.sorted()
        return costs.count == batches ? costs[batches / 2] : nil
    }
}
