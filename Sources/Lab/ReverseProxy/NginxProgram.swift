import Foundation
import Scenario
import Subprocess
import SystemPackage
import Transports

/// The program that a scenario may want between clients and server.
package enum NginxProgram {
    /// It is not on this machine.
    package struct Missing: Error, Equatable, CustomStringConvertible {
        package let description =
            "the scenario goes through nginx, which is not installed; install the Debian package nginx"
    }

    /// - Throws: ``Missing`` if the scenario has a use of it and it is not installed.
    package static func check(for scenario: Scenario) throws(Missing) {
        if isNeeded(for: scenario) { _ = try path() }
    }

    /// For the manifest; empty if the scenario has no use of it.
    static func versions(for scenario: Scenario) async -> [String: String] {
        guard isNeeded(for: scenario), let path = try? path() else { return [:] }
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: ["-v"], output: .discarded, error: .string(limit: 4_096))
        // nginx version: nginx/1.22.1
        guard let text = outcome?.standardError, let slash = text.firstIndex(of: "/") else { return [:] }
        return ["nginx": String(text[text.index(after: slash)...].prefix { !$0.isWhitespace })]
    }

    private static func isNeeded(for scenario: Scenario) -> Bool {
        scenario.transports.contains { $0.intermediary != .direct }
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
