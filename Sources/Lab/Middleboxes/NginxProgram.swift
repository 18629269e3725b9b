import Foundation
import Subprocess
import SystemPackage

/// Finds the nginx that is installed on this machine.
enum NginxProgram {
    /// nginx is not installed.
    struct Missing: Error, Equatable, CustomStringConvertible {
        let description =
            "the scenario goes through nginx, which is not installed; install the Debian package nginx"
    }

    /// - Returns: `nil` if nginx is not installed or its version is unknown.
    static func version() async -> String? {
        guard let path = try? path() else { return nil }
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: ["-v"], output: .discarded, error: .string(limit: 4_096))
        // nginx version: nginx/1.22.1
        guard let text = outcome?.standardError, let slash = text.firstIndex(of: "/") else { return nil }
        return String(text[text.index(after: slash)...].prefix { !$0.isWhitespace })
    }

    // Debian installs nginx in /usr/sbin, which is not in the PATH of ordinary users.
    static func path() throws(Missing) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        let found = folders.map { "\($0)/nginx" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { throw Missing() }
        return found
    }
}
