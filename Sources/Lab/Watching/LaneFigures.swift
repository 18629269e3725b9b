import LoadGenerator
import Measurement
import Report
import WireAccounting

/// The figures of one lane of a live view, since the lane began.
struct LaneFigures: Sendable, Equatable {
    let items: UInt64
    /// Items that a newer one has overtaken.
    let missed: UInt64
    /// From due to arrival, of the newest item; µs.
    let delay: Double?
    /// Percentiles of all delays; µs.
    let p50: Int64?
    let p99: Int64?
    /// Time since the newest item was due; µs.
    let age: Double?
    /// Requests sent.
    let requests: UInt64
    /// Connections whose kernel counters are in the figures.
    let connections: Int64
    /// TCP payload from the client to the server.
    let bytesUp: Int64
    /// TCP payload from the server to the client.
    let bytesDown: Int64
    /// TCP payload of both directions per item.
    let bytesPerItem: Double?

    init(_ progress: FleetProgress, at now: MonotonicInstant) {
        items = progress.received
        missed = progress.missed
        delay = progress.newest?.delay.map { $0.seconds * 1e6 }
        p50 = progress.latency.percentile(50)
        p99 = progress.latency.percentile(99)
        age = progress.newest?.due.map { (now - $0).seconds * 1e6 }
        requests = progress.exchanges.requests + UInt64(progress.openRequests)
        connections = progress.kernel.connections
        bytesUp = progress.ledger.tcpPayloadBytes(.up)
        bytesDown = progress.ledger.tcpPayloadBytes(.down)
        bytesPerItem = items == 0 ? nil : Double(bytesUp + bytesDown) / Double(items)
    }

    var delayText: String { Figure.delay(microseconds: delay) }
    var p50Text: String { Figure.delay(microseconds: p50.map(Double.init)) }
    var p99Text: String { Figure.delay(microseconds: p99.map(Double.init)) }
    var ageText: String { Figure.delay(microseconds: age) }
}

/// Layers as a live view shows them: those with one purpose are one part of a bar.
struct LayerPart: Sendable {
    let letter: Character
    let name: String
    let layers: [ByteLayer]
    /// One of the 256 colours of a terminal.
    let colour: Int

    static let all = [
        LayerPart(letter: "P", name: "payload", layers: [.payload], colour: 29),
        LayerPart(letter: "E", name: "envelope", layers: [.envelope], colour: 136),
        LayerPart(letter: "F", name: "framing", layers: [.framing], colour: 166),
        LayerPart(letter: "H", name: "HTTP headers", layers: [.httpHead], colour: 25),
        LayerPart(
            letter: "W", name: "WebSocket frames", layers: [.webSocketFrameHeader, .webSocketMask, .webSocketControl],
            colour: 127),
        LayerPart(letter: "S", name: "handshake", layers: [.handshake], colour: 240),
        LayerPart(letter: "T", name: "TLS", layers: [.tls], colour: 124),
    ]

    func bytes(in ledger: ByteLedger) -> Int64 { layers.reduce(0) { $0 + ledger[$1] } }
}
