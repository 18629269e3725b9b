import Foundation
import LinkRelay
import Measurement

/// What `pushlab relay` prints.
enum RelayText {
    /// One line of JSON, as the server's.
    static func announcement(_ address: RelayAddress, to target: RelayAddress) -> String {
        ListeningLine.text(address, further: #","to":"\#(target.text)""#)
    }

    /// One line per fact.
    static func summary(_ report: LinkRelayReport) -> String {
        let latency = report.addedLatency
        var lines = [
            "connections: \(report.connections)",
            "refused by the target: \(report.refusals)",
            "reset by the link: \(report.resets)",
            "silent: \(report.silences)",
            "bytes: \(report.bytesUp) up, \(report.bytesDown) down",
            "bytes lost in resets: \(report.swallowedUp) up, \(report.swallowedDown) down",
        ]
        if let median = latency.percentile(50), let high = latency.percentile(99), let longest = latency.max {
            lines.append("delay added by the relay itself: p50 \(median) µs, p99 \(high) µs, max \(longest) µs")
        }
        return lines.joined(separator: "\n")
    }
}

/// The line of JSON that a program prints when clients can connect.
enum ListeningLine {
    /// - Parameters:
    ///   - address: Where it listens.
    ///   - further: More fields, each after a comma.
    /// - Returns: The line, without its end.
    static func text(_ address: RelayAddress, further: String = "") -> String {
        #"{"event":"listening","host":"\#(address.host)","port":\#(address.port),"pid":\#(getpid())\#(further)}"#
    }
}
