import LoadGenerator

/// The load processes of a case, for the manifest: where they ran, and how their clocks compared with the server's.
struct LoadProcessGroups {
    /// By name of the group of the manifest's `environment`. A later case replaces them: its clocks may have drifted.
    /// Empty for one process on the server's clock.
    let groups: [String: [String: String]]

    init(_ record: LoadRecord) {
        let processes = record.processes
        guard processes.count > 1 || processes.contains(where: { $0.clock != nil }) else {
            groups = [:]
            return
        }
        let named = processes.enumerated().map { index, process in
            ("load process \(index + 1)", Self.facts(process))
        }
        groups = Dictionary(named) { first, _ in first }
    }

    private static func facts(_ process: LoadProcessFacts) -> [String: String] {
        var facts = [
            "host": process.hello.host, "version": process.hello.version, "clients": "\(process.clients)",
            "processors": "\(process.hello.processors)",
        ]
        facts["place"] = process.place
        facts["boot_id"] = process.hello.bootID
        guard let clock = process.clock else { return facts }
        facts["clock_offset_us"] = decimal(Double(clock.aheadNanoseconds) / 1_000)
        facts["clock_drift_ppm"] = decimal(clock.drift * 1e6)
        facts["clock_bound_us"] = decimal(Double(clock.boundNanoseconds) / 1_000)
        facts["clock_quickest_us"] = decimal(Double(clock.quickestNanoseconds) / 1_000)
        facts["clock_exchanges"] = "\(clock.exchanges)"
        facts["clock_source"] = clock.isByWallClocks ? "chronyd" : "exchanges"
        return facts
    }

    /// One decimal more than microseconds of histograms have.
    private static func decimal(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}
