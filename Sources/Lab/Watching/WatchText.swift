import LoadGenerator
import Measurement
import Report
import WireAccounting

/// A live view as numbers only, for pipes, screen readers and programs.
package enum WatchText {
    /// One line per lane.
    package static func lines(_ state: WatchState) -> [String] {
        state.lanes.map { lane in
            let figures = LaneFigures(lane.progress, at: state.now)
            let items = Figure.counted(Int(clamping: figures.items), "item")
            let requests = Figure.counted(Int(clamping: figures.requests), "request")
            let trouble = lane.progress.trouble.map { "; \($0)" } ?? ""
            return "\(seconds(state.elapsed)) s  \(lane.name): \(items), delay \(figures.delayText), "
                + "p50 \(figures.p50Text), p99 \(figures.p99Text), age \(figures.ageText), \(requests), "
                + "\(bytes(lane.progress.ledger))\(trouble)"
        }
    }

    /// Between the last lines of one server and the first of the next, whose figures begin again.
    package static let restart = "the server was restarted; all lanes begin again"

    /// One line per lane after its end: all bytes, and whether the kernel counted the same number.
    package static func ending(_ name: String, _ bytes: ClientBytes) -> String {
        let kernel =
            bytes.counted == bytes.byKernel
            ? "the kernel counted the same"
            : "the kernel counted \(Figure.count(Int(bytes.byKernel))) bytes"
        return "\(name): \(self.bytes(bytes.ledger)); \(kernel)"
    }

    /// `19,100 bytes (payload 15,360, HTTP headers 3,620)`; empty layers are left out.
    private static func bytes(_ ledger: ByteLedger) -> String {
        let total = ledger.tcpPayloadBytes(.up) + ledger.tcpPayloadBytes(.down)
        let parts = LayerPart.all.compactMap { part in
            let bytes = part.bytes(in: ledger)
            return bytes == 0 ? nil : "\(part.name) \(Figure.count(Int(bytes)))"
        }
        return "\(Figure.count(Int(total))) bytes" + (parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))")
    }

    private static func seconds(_ time: Duration) -> String {
        let tenths = Int((time.seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// A live view as JSON: one object per moment.
package struct WatchRecord: Encodable, Sendable {
    struct Lane: Encodable, Sendable {
        let transport: String
        let items: UInt64
        let missed: UInt64
        let delayMicroseconds: Int64?
        let p50Microseconds: Int64?
        let p99Microseconds: Int64?
        let ageMicroseconds: Int64?
        let requests: UInt64
        let connections: Int64
        /// Bytes by layer; layers without bytes are left out.
        let up: [String: Int64]
        let down: [String: Int64]
        let trouble: String?

        enum CodingKeys: String, CodingKey {
            case transport, items, missed, requests, connections, up, down, trouble
            case delayMicroseconds = "delay_us"
            case p50Microseconds = "p50_us"
            case p99Microseconds = "p99_us"
            case ageMicroseconds = "age_us"
        }

        init(_ lane: WatchState.Lane, at now: MonotonicInstant) {
            let figures = LaneFigures(lane.progress, at: now)
            transport = lane.name
            (items, missed, requests) = (figures.items, figures.missed, figures.requests)
            connections = figures.connections
            (p50Microseconds, p99Microseconds) = (figures.p50, figures.p99)
            delayMicroseconds = figures.delay.map { Int64($0) }
            ageMicroseconds = figures.age.map { Int64($0) }
            up = Self.layers(lane.progress.ledger, .up)
            down = Self.layers(lane.progress.ledger, .down)
            trouble = lane.progress.trouble
        }

        private static func layers(_ ledger: ByteLedger, _ direction: Direction) -> [String: Int64] {
            let filled = ledger.entries.filter { $0.direction == direction && $0.bytes != 0 }
            return Dictionary(uniqueKeysWithValues: filled.map { ($0.layer.rawValue, $0.bytes) })
        }
    }

    /// Since the start, or since the last restart of the server.
    let seconds: Double
    /// How often the server was restarted; after each restart all figures begin again.
    let restarts: Int
    let lanes: [Lane]

    enum CodingKeys: String, CodingKey {
        case lanes, restarts
        case seconds = "time_s"
    }

    /// Reads the figures of all lanes at the state's last instant.
    package init(_ state: WatchState) {
        seconds = (state.elapsed.seconds * 1_000).rounded() / 1_000
        restarts = state.restarts
        lanes = state.lanes.map { Lane($0, at: state.now) }
    }
}
