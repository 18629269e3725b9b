import Host
import Measurement

/// Says what makes this machine unfit to measure, and how to mend it.
package enum Doctor {
    package struct Finding: Sendable, Equatable {
        package enum Grade: String, Sendable {
            case good
            /// Figures hold, but less finely.
            case doubtful
            /// Figures would be wrong.
            case unfit
        }

        package let grade: Grade
        package let subject: String
        package let seen: String
        /// What to do; empty if nothing.
        package let mend: String
    }

    /// Looks at the machine for about a second.
    package static func examine() async -> [Finding] {
        let facts = MachineFacts.all()
        let machine = facts["machine"] ?? [:]
        return [
            cores(machine), load(machine), governor(machine), clock(machine), await timers(), await steal(), files(),
            backlog(facts["network"] ?? [:]), build(), counters(),
        ].compactMap { $0 }
    }

    private static func cores(_ machine: [String: String]) -> Finding {
        let count = Int(machine["cpus_online"] ?? "") ?? 1
        return Finding(
            grade: count >= 2 ? .good : .doubtful, subject: "processors", seen: "\(count)",
            mend: count >= 2 ? "" : "server and load generator share one processor: take a machine with two or more")
    }

    private static func load(_ machine: [String: String]) -> Finding? {
        guard let text = machine["load_average"]?.split(separator: " ").first, let load = Double(text),
            let count = Double(machine["cpus_online"] ?? "")
        else { return nil }
        let isBusy = load > count / 2
        return Finding(
            grade: isBusy ? .doubtful : .good, subject: "load average", seen: "\(load) on \(Int(count)) processors",
            mend: isBusy ? "end other programs, or wait until the load of the last minute has passed" : "")
    }

    private static func governor(_ machine: [String: String]) -> Finding? {
        guard let governor = machine["cpu_governor"] else { return nil }
        let isSteady = governor == "performance"
        return Finding(
            grade: isSteady ? .good : .doubtful, subject: "CPU governor", seen: governor,
            mend: isSteady ? "" : "the clock rate changes with load: 'cpupower frequency-set -g performance'")
    }

    private static func clock(_ machine: [String: String]) -> Finding {
        let source = machine["clock_source"] ?? "unknown"
        let isSlow = source == "hpet" || source == "acpi_pm"
        return Finding(
            grade: isSlow ? .doubtful : .good, subject: "clock",
            seen: "\(source), \(MonotonicClock.resolution.nanoseconds) ns",
            mend: isSlow
                ? "each reading of the clock is a slow system call: boot with clocksource=tsc if it is stable" : "")
    }

    // A hundred sleeps of 2 ms: how late does this machine wake a program?
    private static func timers() async -> Finding {
        var lateness = LatencyHistogram()
        for _ in 0..<100 {
            let due = MonotonicClock.now() + .milliseconds(2)
            try? await Task.sleep(for: .milliseconds(2))
            lateness.record(MonotonicClock.now() - due)
        }
        let p99 = lateness.percentile(99) ?? 0
        return Finding(
            grade: p99 > 5_000 ? .doubtful : .good, subject: "timers", seen: "99 % within \(p99) us",
            mend: p99 > 5_000 ? "programs are woken late: end other programs, or take a less shared machine" : "")
    }

    // proc(5), /proc/stat: field 8 is time that the hypervisor gave to others.
    private static func steal() async -> Finding? {
        guard let before = stolenTicks() else { return nil }
        try? await Task.sleep(for: .milliseconds(500))
        guard let after = stolenTicks() else { return nil }
        let ticks = after - before
        return Finding(
            grade: ticks > 2 ? .doubtful : .good, subject: "stolen time", seen: "\(ticks * 10) ms in half a second",
            mend: ticks > 2 ? "the hypervisor gives this machine's processors to others: repeat more, or move" : "")
    }

    private static func stolenTicks() -> Int? {
        guard let line = TextFile.read("/proc/stat")?.split(separator: "\n").first else { return nil }
        let fields = line.split(separator: " ")
        return fields.count > 8 ? Int(fields[8]) : nil
    }

    private static func files() -> Finding {
        let hard = FileDescriptorLimit.current.hard
        return Finding(
            grade: hard < 1_024 ? .unfit : .good, subject: "open files", seen: "up to \(hard) a process",
            mend: hard < 1_024 ? "raise the hard limit: 'ulimit -Hn 20000' as root" : "")
    }

    private static func backlog(_ network: [String: String]) -> Finding? {
        guard let backlog = network["net.core.somaxconn"].flatMap({ Int($0) }) else { return nil }
        return Finding(
            grade: backlog < 1_024 ? .doubtful : .good, subject: "listen backlog", seen: "\(backlog)",
            mend: backlog < 1_024 ? "thousands of clients connect slowly: 'sysctl net.core.somaxconn=4096'" : "")
    }

    private static func build() -> Finding {
        let build = ComponentVersions.all()["build"] ?? ""
        return Finding(
            grade: build == "release" ? .good : .unfit, subject: "build", seen: build,
            mend: build == "release" ? "" : "costs of a debug build mean nothing: 'swift build -c release'")
    }

    // The kernel's byte counters are the witness of every byte figure.
    private static func counters() -> Finding {
        let works = SocketCounters.areAvailable
        return Finding(
            grade: works ? .good : .unfit, subject: "TCP byte counters", seen: works ? "there" : "missing",
            mend: works ? "" : "take a kernel from 4.19 on")
    }
}
