/// Where a control group for processes of this one may be made (cgroups(7)).
struct ControlGroupPlace: Equatable {
    let version: ControlGroup.Version
    /// The folder of this process' own group; a group below it needs no further rights.
    let folder: String

    /// The places that count CPU time, the best first.
    ///
    /// - Parameters:
    ///   - membership: `/proc/self/cgroup`: lines `NUMBER:CONTROLLERS:PATH`; version 2 has no controllers there.
    ///   - mounts: `/proc/mounts`: lines `DEVICE FOLDER TYPE OPTIONS 0 0`.
    /// - Returns: Empty if no hierarchy counts it.
    static func all(membership: String, mounts: String) -> [ControlGroupPlace] {
        let groups = membership.split(separator: "\n").compactMap(OwnGroup.init)
        let places = mounts.split(separator: "\n").compactMap { place(of: $0, groups) }
        // Version 2 counts without a controller, also next to version 1.
        return places.filter { $0.version == .v2 } + places.filter { $0.version == .v1 }
    }

    private static func place(of mount: Substring, _ groups: [OwnGroup]) -> ControlGroupPlace? {
        let fields = mount.split(separator: " ")
        guard fields.count >= 4 else { return nil }
        let options = fields[3].split(separator: ",")
        let found: (version: ControlGroup.Version, group: OwnGroup?)
        switch fields[2] {
        case "cgroup2": found = (.v2, groups.first { $0.controllers.isEmpty })
        case "cgroup" where options.contains("cpuacct"):
            found = (.v1, groups.first { $0.controllers.contains("cpuacct") })
        default: return nil
        }
        guard let group = found.group else { return nil }
        return ControlGroupPlace(
            version: found.version, folder: String(fields[1]) + (group.path == "/" ? "" : String(group.path)))
    }

    /// A line of `/proc/self/cgroup`.
    private struct OwnGroup {
        let controllers: [Substring]
        let path: Substring

        init?(_ line: Substring) {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].hasPrefix("/") else { return nil }
            controllers = parts[1].split(separator: ",")
            path = parts[2]
        }
    }
}
