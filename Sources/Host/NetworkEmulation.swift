import Glibc

/// The kernel's network emulation, netem, which `tc qdisc add … netem` uses.
package enum NetworkEmulation {
    /// Whether this kernel has netem, built in or as a module.
    package static var isAvailable: Bool {
        if PathKind("/sys/module/sch_netem") == .folder { return true }
        guard let release = TextFile.read("/proc/sys/kernel/osrelease")?.split(separator: "\n").first else {
            return false
        }
        return ["modules.builtin", "modules.dep"].contains { list in
            TextFile.read("/lib/modules/\(release)/\(list)")?.contains("/sch_netem.ko") == true
        }
    }

    /// Whether this user may change queues and make network namespaces.
    package static var isPermitted: Bool { geteuid() == 0 }
}
