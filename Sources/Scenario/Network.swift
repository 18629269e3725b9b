import Link
import Measurement

extension Scenario {
    /// A simulated network between clients and server.
    package struct Network: Sendable, Hashable {
        /// The preset and the fields, in a form that `--network` and the field `network` read: `lte,loss=1%`.
        package let text: String
        package let settings: LinkSettings

        /// A short name, safe in file names; long texts have only their first word. ``CaseMaker`` numbers
        /// networks with the same name.
        package var id: String {
            let safe = fileNameSafe(text.replacing("%", with: "pct"))
            if safe.count <= Self.longestID { return safe }
            let first = text.prefix { $0 != "," }
            return first.contains("=") ? "network" : fileNameSafe(String(first))
        }

        /// Longest time that the network alone can delay an answer, for time limits: four round trips with their
        /// jitter, four lost segments and a full queue in each direction, and the longest stall.
        package var allowance: Duration {
            travel + lines.map { $0.time(of: $0.queueBytes) }.reduce(.zero, +)
                + (settings.stalls.map(\.duration).max() ?? .zero)
        }

        /// Longest time that the network adds to opening a connection: as ``allowance``, with the bytes of a TLS
        /// handshake instead of a full queue.
        package var setUpTime: Duration { travel + lines.map { $0.time(of: 8 << 10) }.reduce(.zero, +) }

        private var lines: [LinkDirectionSettings] { [settings.up, settings.down] }

        private var travel: Duration {
            lines.reduce(settings.roundTrip * 4) { time, line in
                time + line.jitter * 16 + (line.loss > 0 ? settings.retransmissionTimeout * 4 : .zero)
            }
        }

        /// Whether the link itself ends connections, or lets them become silent.
        package var breaksConnections: Bool {
            settings.meanTimeToReset != nil || settings.meanTimeToSilence != nil
        }

        private static let longestID = 80
    }
}

extension LinkSettings {
    /// What one lost segment costs.
    fileprivate var retransmissionTimeout: Duration { max(.milliseconds(200), roundTrip * 2) }
}

extension LinkDirectionSettings {
    /// Time for which bytes occupy the line.
    fileprivate func time(of bytes: Int) -> Duration {
        guard let bandwidth, bandwidth.bitsPerSecond > 0 else { return .zero }
        return .nanoseconds(Int64(Double(bytes) * 8e9 / Double(bandwidth.bitsPerSecond)))
    }
}
