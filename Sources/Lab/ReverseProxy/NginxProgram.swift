import Foundation
import Scenario
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
        if scenario.transports.contains(where: { Intermediary($0.options) != .direct }) { _ = try path() }
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
