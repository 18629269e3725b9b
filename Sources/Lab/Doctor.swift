import Host
import Measurement

/// Checks whether this machine is suitable for measuring, and says what to fix.
package enum Doctor {
    /// One property of the machine, as `pushlab doctor` prints it.
    package struct Finding: Sendable, Equatable {
        /// The raw value is the field `grade` of `pushlab doctor --format json`.
        package enum Grade: String, Sendable {
            case good
            /// Results are valid but less precise.
            case doubtful
            /// Results would be wrong.
            case unfit
        }

        /// How far results can be trusted on this machine; ``Grade/unfit`` makes the command fail.
        package let grade: Grade
        /// The property: `timers`, `open files`.
        package let subject: String
        /// Its value with unit, as read or measured now.
        package let seen: String
        /// What to do; empty if there is nothing to say.
        package let fix: String
    }

    /// Checks the machine; takes about a second.
    package static func examine() async -> [Finding] {
        let facts = MachineFacts.all()
        let machine = facts["machine"] ?? [:]
        return [
            cores(machine), load(machine), governor(machine), clock(machine), await timers(), await steal(), files(),
            backlog(facts["network"] ?? [:]), emulation(), build(), counters(),
        ].compactMap { $0 }
    }

    private static func cores(_ machine: [String: String]) -> Finding {
        let count = Int(machine["cpus_online"] ?? "") ?? 1
        return Finding(
            grade: count >= 2 ? .good : .doubtful, subject: "processors", seen: "\(count)",
            fix: count >= 2 ? "" : "server and load generator share one processor: use a machine with two or more")
    }

    private static func load(_ machine: [String: String]) -> Finding? {
        guard let text = machine["load_average"]?.split(separator: " ").first, let load = Double(text),
            let count = Double(machine["cpus_online"] ?? "")
        else { return nil }
        let isBusy = load > count / 2
        return Finding(
            grade: isBusy ? .doubtful : .good, subject: "load average", seen: "\(load) on \(Int(count)) processors",
            fix: isBusy ? "stop other programs, or wait a minute until the load average has fallen" : "")
    }

    private static func governor(_ machine: [String: String]) -> Finding? {
        guard let governor = machine["cpu_governor"] else { return nil }
        let isSteady = governor == "performance"
        return Finding(
            grade: isSteady ? .good : .doubtful, subject: "CPU governor", seen: governor,
            fix: isSteady ? "" : "the clock rate changes with load: run 'cpupower frequency-set -g performance'")
    }

    private static func clock(_ machine: [String: String]) -> Finding {
        let source = machine["clock_source"] ?? "unknown"
        let isSlow = source == "hpet" || source == "acpi_pm"
        return Finding(
            grade: isSlow ? .doubtful : .good, subject: "clock",
            seen: "\(source), \(MonotonicClock.resolution.nanoseconds) ns",
            fix: isSlow
                ? "reading the clock is a slow system call: boot with clocksource=tsc if it is stable" : "")
    }

    // How late the machine wakes a program from a hundred sleeps of 2 ms.
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
            fix: p99 > 5_000 ? "programs wake up late: stop other programs, or use a less busy machine" : "")
    }

    // proc(5), /proc/stat: field 8 is stolen time, which the hypervisor gave to other machines.
    private static func steal() async -> Finding? {
        guard let before = stolenTicks() else { return nil }
        try? await Task.sleep(for: .milliseconds(500))
        guard let after = stolenTicks() else { return nil }
        let ticks = after - before
        return Finding(
            grade: ticks > 2 ? .doubtful : .good, subject: "stolen time", seen: "\(ticks * 10) ms in half a second",
            fix: ticks > 2
                ? "the hypervisor gives CPU time to other machines: run more repeats, or use another machine" : "")
    }

    private static func stolenTicks() -> Int? {
        guard let line = TextFile.read("/proc/stat")?.split(separator: "\n").first else { return nil }
        let fields = line.split(separator: " ")
        return fields.count > 8 ? Int(fields[8]) : nil
    }

    private static func files() -> Finding {
        let hard = FileDescriptorLimit.current.hard
        return Finding(
            grade: hard < 1_024 ? .unfit : .good, subject: "open files", seen: "up to \(hard) per process",
            fix: hard < 1_024 ? "raise the hard limit: run 'ulimit -Hn 20000' as root" : "")
    }

    private static func backlog(_ network: [String: String]) -> Finding? {
        guard let backlog = network["net.core.somaxconn"].flatMap({ Int($0) }) else { return nil }
        return Finding(
            grade: backlog < 1_024 ? .doubtful : .good, subject: "listen backlog", seen: "\(backlog)",
            fix: backlog < 1_024
                ? "thousands of clients connect slowly: run 'sysctl net.core.somaxconn=4096' as root" : "")
    }

    // Scenarios simulate networks without it, so a kernel that lacks it is as good.
    private static func emulation() -> Finding? {
        guard NetworkEmulation.isAvailable, NetworkEmulation.isPermitted else { return nil }
        return Finding(grade: .good, subject: "network emulation", seen: "netem is available", fix: emulationAdvice)
    }

    static let emulationAdvice =
        "instead of the field 'network', which simulates TCP's losses, you can use real queues: join two network "
        + "namespaces by a veth pair (ip netns add, ip link add type veth), run 'tc qdisc add dev DEV root netem delay "
        + "25ms loss 1%' on both ends, then pushlab-server in one namespace and 'pushlab load' in the other"

    private static func build() -> Finding {
        let build = ComponentVersions.all()["build"] ?? ""
        return Finding(
            grade: build == "release" ? .good : .unfit, subject: "build", seen: build,
            fix: build == "release" ? "" : "CPU times of a debug build mean nothing: run 'swift build -c release'")
    }

    // Every byte count is checked against the kernel's byte counters.
    private static func counters() -> Finding {
        let works = SocketCounters.areAvailable
        return Finding(
            grade: works ? .good : .unfit, subject: "TCP byte counters", seen: works ? "available" : "missing",
            fix: works ? "" : "use Linux 4.19 or later")
    }
}
