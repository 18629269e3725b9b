import Foundation
import Subprocess
import SystemPackage

/// The program that a scenario may want between clients and server.
enum NginxProgram {
    /// It is not on this machine.
    struct Missing: Error, Equatable, CustomStringConvertible {
        let description =
            "the scenario goes through nginx, which is not installed; install the Debian package nginx"
    }

    /// - Returns: `nil` if it is not installed, or does not say.
    static func version() async -> String? {
        guard let path = try? path() else { return nil }
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: ["-v"], output: .discarded, error: .string(limit: 4_096))
        // nginx version: nginx/1.22.1
        guard let text = outcome?.standardError, let slash = text.firstIndex(of: "/") else { return nil }
        return String(text[text.index(after: slash)...].prefix { !$0.isWhitespace })
    }

    // Debian installs it where the PATH of a user who is not root does not lead.
    static func path() throws(Missing) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        let found = folders.map { "\($0)/nginx" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { throw Missing() }
        return found
    }
}
