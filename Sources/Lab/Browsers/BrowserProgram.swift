import Foundation
import LoadGenerator
import Subprocess
import SystemPackage

/// Finds a browser on this machine and describes its command line.
struct BrowserProgram: Sendable, Equatable {
    let kind: BrowserKind

    /// Names of the program's file, the preferred one first, and the Debian package.
    private var names: (files: [String], package: String) {
        switch kind {
        case .chromium: (["chromium", "chromium-browser", "google-chrome"], "chromium")
        case .firefox: (["firefox-esr", "firefox"], "firefox-esr")
        }
    }

    /// - Throws: ``BrowserMissing`` if the browser is not installed.
    func path() throws(BrowserMissing) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/bin", "/usr/local/bin"]
        let files = names.files.flatMap { file in folders.map { "\($0)/\(file)" } }
        guard let found = files.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw BrowserMissing(kind: kind, package: names.package)
        }
        return found
    }

    /// - Returns: Empty if the version is unknown.
    func version() async -> String {
        guard let path = try? path() else { return "" }
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: ["--version"], output: .string(limit: 4_096), error: .discarded)
        return Self.version(in: outcome?.standardOutput ?? "")
    }

    /// The first word that begins with a digit: `Chromium 131.0.6778.85 built on …`, `Mozilla Firefox 128.5.0esr`.
    static func version(in text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).first { $0.first?.isNumber == true }.map(String.init) ?? ""
    }

    /// The command line after the program.
    ///
    /// - Parameters:
    ///   - profile: A new folder for everything that the browser writes.
    ///   - isRoot: Whether the lab runs as root, where Chromium refuses to start with its sandbox.
    /// - Returns: Without the program.
    func arguments(profile: String, isRoot: Bool) -> [String] {
        switch kind {
        case .chromium:
            // Background pages are throttled otherwise. The other options keep the browser from other requests.
            [
                "--headless=new", "--user-data-dir=\(profile)", "--remote-debugging-port=0", "--no-first-run",
                "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
                "--disable-renderer-backgrounding", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-extensions", "--disable-gpu", "--no-default-browser-check",
                "--no-proxy-server", "--password-store=basic",
            ] + (isRoot ? ["--no-sandbox"] : []) + ["about:blank"]
        case .firefox:
            ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank"]
        }
    }

    /// The files that must be in the profile before the browser starts, with their contents.
    var profileFiles: [String: String] {
        switch kind {
        case .chromium: return [:]
        case .firefox:
            // Exact times in pages; no throttling of background pages; no other requests.
            let settings = [
                ("privacy.reduceTimerPrecision", "false"), ("dom.min_background_timeout_value", "4"),
                ("dom.timeout.enable_budget_timer_throttling", "false"), ("browser.shell.checkDefaultBrowser", "false"),
                ("datareporting.policy.dataSubmissionEnabled", "false"), ("toolkit.telemetry.enabled", "false"),
                ("app.update.enabled", "false"), ("network.captive-portal-service.enabled", "false"),
                ("network.connectivity-service.enabled", "false"), ("extensions.update.enabled", "false"),
                ("network.proxy.type", "0"), ("network.http.speculative-parallel-limit", "0"),
                ("browser.startup.homepage_override.mstone", "\"ignore\""),
            ]
            return ["user.js": settings.map { "user_pref(\"\($0.0)\", \($0.1));\n" }.joined()]
        }
    }

    /// The file of the profile in which the browser writes where it listens for commands.
    var endpointFile: String {
        switch kind {
        case .chromium: "DevToolsActivePort"
        case .firefox: "WebDriverBiDiServer.json"
        }
    }

    /// Reads that file.
    ///
    /// - Returns: Port and path of the control connection; `nil` if the file is not complete.
    func endpoint(in text: String) -> (port: Int, path: String)? {
        switch kind {
        case .chromium:
            // The port, and on the next line the path.
            let lines = text.split(separator: "\n")
            guard lines.count == 2, let port = Int(lines[0]), Self.ports.contains(port), lines[1].hasPrefix("/") else {
                return nil
            }
            return (port, String(lines[1]))
        case .firefox:
            guard let server = try? JSONDecoder().decode(FirefoxServer.self, from: Data(text.utf8)),
                Self.ports.contains(server.port)
            else { return nil }
            return (server.port, "/session")
        }
    }

    private static let ports = 1...65_535

    private struct FirefoxServer: Decodable {
        let port: Int

        private enum CodingKeys: String, CodingKey { case port = "ws_port" }
    }
}

/// A browser is not installed.
struct BrowserMissing: Error, Equatable, CustomStringConvertible {
    let kind: BrowserKind
    let package: String

    var description: String { "\(kind.rawValue) is not installed; install the Debian package \(package)" }
}
