import Glibc

/// Facts about this machine that a measurement depends on, by group; for the manifest.
package enum MachineFacts {
    package static func all() -> [String: [String: String]] {
        ["machine": machine(), "limits": limits(), "network": network(), "placement": placement()]
    }

    private static func placement() -> [String: String] {
        guard let halves = ProcessorPlacement.halves() else { return ["server_cpus": "any", "load_cpus": "any"] }
        return [
            "server_cpus": halves.server.map(String.init).joined(separator: ","),
            "load_cpus": halves.load.map(String.init).joined(separator: ","),
        ]
    }

    private static func machine() -> [String: String] {
        var facts: [String: String] = [:]
        var name = utsname()
        uname(&name)
        facts["kernel"] = text(of: &name.release)
        facts["architecture"] = text(of: &name.machine)
        facts["cpu_model"] = field("model name", in: "/proc/cpuinfo")
        facts["cpus_online"] = "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))"
        facts["cpu_governor"] = line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
        facts["hypervisor"] = field("flags", in: "/proc/cpuinfo")?.contains("hypervisor") == true ? "yes" : "no"
        facts["memory_total"] = field("MemTotal", in: "/proc/meminfo")
        facts["load_average"] = line("/proc/loadavg")
        facts["clock_source"] = line("/sys/devices/system/clocksource/clocksource0/current_clocksource")
        facts["clock_resolution_ns"] = "\(MonotonicClock.resolution.components.attoseconds / 1_000_000_000)"
        facts["operating_system"] = (TextFile.read("/etc/os-release") ?? "").split(separator: "\n")
            .first { $0.hasPrefix("PRETTY_NAME=") }
            .map { String($0.dropFirst("PRETTY_NAME=".count)).filter { $0 != "\"" } }
        return facts
    }

    private static func limits() -> [String: String] {
        let files = FileDescriptorLimit.current
        return ["open_files_soft": "\(files.soft)", "open_files_hard": "\(files.hard)"]
    }

    private static func network() -> [String: String] {
        let names = [
            "net/core/somaxconn", "net/core/rmem_default", "net/core/wmem_default", "net/core/rmem_max",
            "net/core/wmem_max", "net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem", "net/ipv4/tcp_congestion_control",
            "net/ipv4/tcp_timestamps", "net/ipv4/ip_local_port_range", "net/ipv4/tcp_max_syn_backlog",
        ]
        var facts: [String: String] = [:]
        for name in names { facts[name.replacingSlashes] = line("/proc/sys/\(name)") }
        return facts
    }

    private static func line(_ path: String) -> String? {
        TextFile.read(path).map { String($0.prefix { !$0.isNewline }) }
    }

    private static func field(_ name: String, in path: String) -> String? {
        guard let line = TextFile.read(path)?.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let colon = line.firstIndex(of: ":")
        else { return nil }
        return String(line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" })
    }

    private static func text<Field>(of field: inout Field) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension String {
    fileprivate var replacingSlashes: String { String(map { $0 == "/" ? "." : $0 }) }
}
