import Glibc

/// The number of files and sockets that this process may open.
package enum FileDescriptorLimit {
    /// Raises the soft limit to the hard limit if it is below `needed`.
    ///
    /// - Throws: ``DescriptorLimitFault`` when even the hard limit is below `needed`.
    package static func raise(toAtLeast needed: UInt64) throws(DescriptorLimitFault) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        if limit.rlim_cur >= rlim_t(needed) { return }
        guard limit.rlim_max >= rlim_t(needed) else {
            throw DescriptorLimitFault(needed: needed, hardLimit: UInt64(limit.rlim_max))
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Raises the soft limit to the hard limit.
    ///
    /// - Returns: The limit.
    package static func raise() -> UInt64 {
        let hard = current.hard
        try? raise(toAtLeast: hard)
        return current.soft
    }

    /// Soft and hard limit.
    package static var current: (soft: UInt64, hard: UInt64) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
    }
}

/// More descriptors are needed than this process may open.
package struct DescriptorLimitFault: Error, Equatable, CustomStringConvertible {
    package let needed: UInt64
    let hardLimit: UInt64

    package var description: String {
        """
        \(needed) file descriptors are needed, but the hard limit (RLIMIT_NOFILE) is \(hardLimit); \
        raise it with 'ulimit -Hn \(needed)' as root or in /etc/security/limits.conf, or use fewer clients
        """
    }
}
