/// What server and load generator used of the machine, and what the kernel could not keep up with.
extension SummaryRow {
    static let resources: [CSVField<SummaryRow>] = [
        .maybe(
            "server_rss_per_connection_bytes", \.serverRSSPerConnectionBytes, unit: "bytes",
            empty: "the server is not ours, or clients connect when their schedule says",
            "Resident memory of the server when the warm-up ended minus before the first client connected, divided "
                + "by clients; what the feed kept during the warm-up is in it."),
        .maybe(
            "server_voluntary_switches", \.serverVoluntarySwitches, within: .fromZero,
            empty: "the server is not ours",
            "How often a thread of the server gave its processor back to wait, after the warm-up."),
        .maybe(
            "server_involuntary_switches", \.serverInvoluntarySwitches, within: .fromZero,
            empty: "the server is not ours",
            "How often the kernel took the processor from a thread of the server, after the warm-up."),
        .maybe(
            "load_voluntary_switches", \.loadVoluntarySwitches, within: .fromZero, empty: "not known",
            "How often a thread of the load process gave its processor back to wait, after the warm-up."),
        .maybe(
            "load_involuntary_switches", \.loadInvoluntarySwitches, within: .fromZero, empty: "not known",
            "How often the kernel took the processor from a thread of the load process, after the warm-up."),
        .maybe(
            "kernel_drops", \.kernelDrops, within: .fromZero, empty: "the kernel does not tell",
            "Connections and segments that the kernel threw away for want of room, in the whole run and whoever they "
                + "were for; above 0 the row is invalid."),
    ]
}
