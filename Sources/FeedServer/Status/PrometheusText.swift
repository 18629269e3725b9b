import Measurement
import Transports
import WireAccounting

/// A server's counters in Prometheus' text format, version 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func text(of status: ServerStatus) -> String {
        var text = Text()
        text.gauge("feed_oldest_sequence", "Sequence of the oldest item kept.", status.oldest)
        text.counter("feed_newest_sequence", "Sequence of the newest item, 0 before the first.", status.newest)
        text.gauge("feed_ended", "1 after the last item was published, else 0.", status.feedEnded ? 1 : 0)
        if let isConnected = status.isSourceConnected {
            text.gauge(
                "feed_source_connected", "1 while the Redis server of the feed can be reached, else 0.",
                isConnected ? 1 : 0)
        }
        text.gauge("connections", "Open connections.", status.connections)
        text.counter("connections_total", "Connections since the start.", status.connectionsTotal)
        text.counter("refused_connections_total", "Connections refused by a full server.", status.refusedConnections)
        text.counter("requests_total", "Requests, including first lines without HTTP.", status.requests)
        text.counter("refused_requests_total", "Requests answered with an error.", status.refusedRequests)
        text.counter("deliveries_total", "Deliveries of one or more items to a client.", status.deliveries)
        text.counter("slow_disconnects_total", "Subscribers disconnected as too slow.", status.slowDisconnects)
        text.counter("skipped_items_total", "Items skipped for slow subscribers.", status.skippedItems)
        text.counter(
            "refused_items_total", "Published lines and bodies that are not valid items.", status.refusedItems ?? 0)
        if let kernel = status.feedKernel {
            text.counter(
                "feed_received_bytes_total", "TCP payload received on closed feed connections.",
                kernel.bytesUp)
            text.counter(
                "feed_sent_bytes_total", "TCP payload sent on closed feed connections.",
                kernel.bytesDown)
        }
        text.counter("cpu_user_seconds_total", "User CPU time.", seconds(status.cpuUserMicroseconds))
        text.counter("cpu_system_seconds_total", "System CPU time.", seconds(status.cpuSystemMicroseconds))
        if let bytes = status.residentBytes { text.gauge("resident_bytes", "Resident memory.", bytes) }
        text.gauge("resident_peak_bytes", "Peak resident memory.", status.residentPeakBytes)
        add(status.transports ?? [], to: &text)
        return text.lines
    }

    private static func add(_ transports: [TransportStatus], to text: inout Text) {
        text.metric(
            "transport_connections", "gauge", "Open connections or streams by the transport of their last request.",
            transports.map { (label($0), "\($0.connections)") })
        text.metric(
            "transport_requests_total", "counter", "Requests for the feed.",
            transports.map { (label($0), "\($0.requests)") })
        text.metric(
            "transport_items_total", "counter", "Items sent, once per client.",
            transports.map { (label($0), "\($0.items)") })
        text.metric(
            "lane_bytes_total", "counter", "Bytes on the lane ports of the teaching page by layer.",
            transports.flatMap { transport in
                transport.laneBytes.sorted { $0.key < $1.key }.flatMap { direction, layers in
                    layers.sorted { $0.key < $1.key }.map { layer, bytes in
                        (label(transport) + #",direction="\#(direction)",layer="\#(layer)""#, "\(bytes)")
                    }
                }
            })
        text.histogram(
            "handover_seconds", "Time from the due time of an item until it was handed to the kernel, once per client.",
            transports.map { (label($0), $0.handover) })
    }

    private static func label(_ transport: TransportStatus) -> String { #"transport="\#(transport.transport)""# }

    private static func seconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1e6 }

    private struct Text {
        var lines = ""

        mutating func gauge(_ name: String, _ help: String, _ value: some CustomStringConvertible) {
            add(name, "gauge", help, value)
        }

        mutating func counter(_ name: String, _ help: String, _ value: some CustomStringConvertible) {
            add(name, "counter", help, value)
        }

        /// A metric with a value for each set of labels.
        mutating func metric(_ name: String, _ kind: String, _ help: String, _ samples: [(String, String)]) {
            if samples.isEmpty { return }
            begin(name, kind, help)
            for (labels, value) in samples { lines += "pushlab_\(name){\(labels)} \(value)\n" }
        }

        mutating func histogram(_ name: String, _ help: String, _ series: [(String, BucketHistogram)]) {
            if series.isEmpty { return }
            begin(name, "histogram", help)
            for (labels, histogram) in series {
                var sum: UInt64 = 0
                let bounds = BucketHistogram.bounds.map { "\(Double($0) / 1e6)" } + ["+Inf"]
                for (bound, count) in zip(bounds, histogram.counts) {
                    sum += count
                    lines += "pushlab_\(name)_bucket{\(labels),le=\"\(bound)\"} \(sum)\n"
                }
                lines += "pushlab_\(name)_sum{\(labels)} \(Double(histogram.sum) / 1e6)\n"
                lines += "pushlab_\(name)_count{\(labels)} \(sum)\n"
            }
        }

        private mutating func begin(_ name: String, _ kind: String, _ help: String) {
            lines += "# HELP pushlab_\(name) \(help)\n# TYPE pushlab_\(name) \(kind)\n"
        }

        private mutating func add(_ name: String, _ kind: String, _ help: String, _ value: some CustomStringConvertible)
        {
            begin(name, kind, help)
            lines += "pushlab_\(name) \(value)\n"
        }
    }
}
