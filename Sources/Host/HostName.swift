import Glibc

/// The name of this host.
package enum HostName {
    private static let longest = 256

    /// As gethostname(2) reports it; empty if it reports none.
    package static var current: String {
        var name = [CChar](repeating: 0, count: longest)
        guard gethostname(&name, longest - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }
}
