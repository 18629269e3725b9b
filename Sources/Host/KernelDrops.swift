/// Connections and segments that the kernel dropped because a queue was full.
///
/// The TCP counters are those of this network namespace. The counter of the processors' input queues (softnet) covers
/// the whole machine, so a drop may concern another program.
package struct KernelDrops: Equatable, Sendable {
    /// Drops by the kernel's name of the counter.
    package var counts: [String: UInt64]

    // ListenOverflows and TCPReqQFullDrop are part of ListenDrops (Linux, tcp_listendrop).
    private static let tcpNames: Set<Substring> = [
        "ListenDrops", "TCPBacklogDrop", "TCPRcvQDrop", "RcvPruned", "OfoPruned", "PFMemallocDrop",
    ]
    private static let softnetName = "softnet"

    /// - Returns: `nil` if this kernel does not report drops.
    package static func read() -> KernelDrops? {
        guard let netstat = TextFile.read("/proc/net/netstat") else { return nil }
        return KernelDrops(netstat: netstat, softnet: TextFile.read("/proc/net/softnet_stat") ?? "")
    }

    package init(counts: [String: UInt64] = [:]) {
        self.counts = counts
    }

    /// - Parameters:
    ///   - netstat: `/proc/net/netstat`: for each group a line of names and a line of values, both after the group's
    ///     name.
    ///   - softnet: `/proc/net/softnet_stat`: one line per processor; its second number, hexadecimal, counts drops.
    init?(netstat: String, softnet: String) {
        let lines = netstat.split(separator: "\n").filter { $0.hasPrefix("TcpExt:") }
        guard lines.count == 2 else { return nil }
        counts = [:]
        for (name, value) in zip(lines[0].split(separator: " "), lines[1].split(separator: " "))
        where Self.tcpNames.contains(name) {
            counts[String(name)] = UInt64(value)
        }
        counts[Self.softnetName] = softnet.split(separator: "\n").reduce(0) { sum, line in
            let fields = line.split(separator: " ")
            return sum + (fields.count > 1 ? UInt64(fields[1], radix: 16) ?? 0 : 0)
        }
    }

    /// Drops since an earlier reading.
    package func since(_ earlier: KernelDrops) -> KernelDrops {
        var difference = self
        for (name, count) in counts { difference.counts[name] = count - min(count, earlier.counts[name] ?? 0) }
        return difference
    }

    package var total: UInt64 { counts.values.reduce(0, +) }

    /// The counters above 0, such as `ListenDrops 3, softnet 1`.
    package var text: String {
        counts.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }
}
