import Glibc
import Measurement

/// A control group of the kernel (cgroups(7)): it counts the CPU time of all processes in it, ended ones too, and no
/// process can leave it by itself.
///
/// Its memory counters are not used: they include the page cache, which the resident memory of other servers in the
/// results does not.
package struct ControlGroup: Sendable {
    package enum Version: String, Sendable {
        case v1 = "cgroup v1"
        case v2 = "cgroup v2"
    }

    package let version: Version
    package let folder: String

    /// Makes a group below the group of this process.
    ///
    /// - Parameter name: A name that no other group has.
    /// - Returns: `nil` if this process may not make one, or the kernel does not count CPU time there.
    package static func make(named name: String) -> ControlGroup? {
        let places = ControlGroupPlace.all(
            membership: TextFile.read("/proc/self/cgroup") ?? "", mounts: TextFile.read("/proc/mounts") ?? "")
        for place in places {
            let group = ControlGroup(version: place.version, folder: "\(place.folder)/\(name)")
            guard mkdir(group.folder, 0o755) == 0 else { continue }
            if group.cpuTime() != nil { return group }
            group.remove()
        }
        return nil
    }

    /// Moves a process into the group; what it starts from then on is in the group too.
    ///
    /// - Returns: Whether the kernel permitted it.
    package func add(_ process: Int32) -> Bool { write("\(process)", to: "cgroup.procs") }

    /// The processes in the group that have not ended.
    package func processes() -> [Int32] {
        (TextFile.read("\(folder)/cgroup.procs") ?? "").split(separator: "\n").compactMap { Int32($0) }
    }

    /// CPU time of all processes that are or were in the group.
    ///
    /// - Returns: `nil` if the kernel does not count it.
    package func cpuTime() -> CPUTime? {
        switch version {
        case .v2: TextFile.read("\(folder)/cpu.stat").flatMap(CPUTime.init(statistics:))
        case .v1:
            CPUTime(
                userNanoseconds: TextFile.read("\(folder)/cpuacct.usage_user") ?? "",
                systemNanoseconds: TextFile.read("\(folder)/cpuacct.usage_sys") ?? "")
        }
    }

    /// Sends SIGKILL to all processes at once, so that none can start another one meanwhile. Version 1 and kernels
    /// before 5.14 cannot do that; there each process has to be killed.
    package func kill() { _ = write("1", to: "cgroup.kill") }

    /// Removes the group.
    ///
    /// - Returns: False if a process is left in it.
    @discardableResult package func remove() -> Bool { rmdir(folder) == 0 || errno == ENOENT }

    /// Removes the group as soon as the kernel permits it, a moment after the end of its last process. Also works in a
    /// task that is cancelled.
    ///
    /// - Parameter patience: After this time the empty group stays.
    package func removeWhenEmpty(within patience: Duration) async {
        await Task {
            let deadline = MonotonicClock.now() + patience
            while !remove(), MonotonicClock.now() < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        }.value
    }

    private func write(_ text: String, to file: String) -> Bool {
        let descriptor = open("\(folder)/\(file)", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Descriptor.close(descriptor) }
        return (try? Descriptor.write(Array(text.utf8), to: descriptor, named: file)) != nil
    }
}

extension CPUTime {
    /// - Parameter statistics: `cpu.stat` of version 2: lines `NAME VALUE`, times in µs.
    init?(statistics: String) {
        var values: [Substring: Int64] = [:]
        for line in statistics.split(separator: "\n") {
            let fields = line.split(separator: " ")
            if fields.count == 2 { values[fields[0]] = Int64(fields[1]) }
        }
        guard let user = values["user_usec"], let system = values["system_usec"] else { return nil }
        self.init(userMicroseconds: user, systemMicroseconds: system)
    }

    /// - Parameters:
    ///   - user: `cpuacct.usage_user` of version 1, in ns.
    ///   - system: `cpuacct.usage_sys`, in ns.
    init?(userNanoseconds user: String, systemNanoseconds system: String) {
        guard let user = Int64(user.prefix { $0 != "\n" }), let system = Int64(system.prefix { $0 != "\n" }) else {
            return nil
        }
        self.init(userMicroseconds: user / 1_000, systemMicroseconds: system / 1_000)
    }
}
