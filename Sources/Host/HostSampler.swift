/// Live counters of this machine from `/proc`, one JSON line per sample.
///
/// Counters start at boot, so the reader computes differences.
package enum HostSampler {
    package static func sample() -> String {
        var parts: [String] = []
        parts.append("\"load1\":\(word(0, of: TextFile.read("/proc/loadavg")) ?? "null")")
        parts.append("\"cpu_ticks\":\(cpuTicks())")
        parts.append("\"memory_kib\":\(memory())")
        parts.append("\"network_bytes\":\(network())")
        parts.append("\"disk_sectors\":\(disk())")
        return "{" + parts.joined(separator: ",") + "}"
    }

    // proc(5), /proc/stat: user nice system idle iowait irq softirq steal.
    private static func cpuTicks() -> String {
        guard let line = lines("/proc/stat").first(where: { $0.hasPrefix("cpu ") }) else { return "null" }
        let values = line.split(separator: " ").dropFirst()
        let names = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"]
        return object(zip(names, values).map { ($0, String($1)) })
    }

    private static func memory() -> String {
        let wanted = [
            ("MemTotal:", "total"), ("MemFree:", "free"), ("MemAvailable:", "available"), ("Cached:", "cached"),
        ]
        let all = lines("/proc/meminfo")
        let found = wanted.compactMap { key, name -> (String, String)? in
            guard let line = all.first(where: { $0.hasPrefix(key) }), let value = word(1, of: String(line)) else {
                return nil
            }
            return (name, value)
        }
        return object(found)
    }

    // proc(5), /proc/net/dev: after the colon, field 0 is bytes received and field 8 bytes sent.
    private static func network() -> String {
        let devices = lines("/proc/net/dev").dropFirst(2).compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let values = line[line.index(after: colon)...].split(separator: " ")
            guard values.count > 8 else { return nil }
            return (String(line[..<colon].drop { $0 == " " }), "[\(values[0]),\(values[8])]")
        }
        return object(devices)
    }

    // Documentation/admin-guide/iostats: field 5 is sectors read, field 9 sectors written.
    private static func disk() -> String {
        let devices = lines("/proc/diskstats").compactMap { line -> (String, String)? in
            let values = line.split(separator: " ")
            guard values.count > 9, values[5] != "0" || values[9] != "0" else { return nil }
            return (String(values[2]), "[\(values[5]),\(values[9])]")
        }
        return object(devices)
    }

    private static func lines(_ path: String) -> [Substring] {
        (TextFile.read(path) ?? "").split(separator: "\n")
    }

    private static func word(_ index: Int, of text: String?) -> String? {
        guard let words = text?.split(whereSeparator: { $0 == " " || $0 == "\n" }), words.count > index else {
            return nil
        }
        return String(words[index])
    }

    // Names come from the kernel; a quote or backslash in a device name would break the line.
    private static func object(_ members: [(String, String)]) -> String {
        let safe = members.filter { !$0.0.contains { $0 == "\"" || $0 == "\\" } }
        return "{" + safe.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
