import Foundation
import Subprocess
import SystemPackage

/// The program of a reverse proxy: its names, and how to find it on this machine.
struct ProxyProgram: Sendable, Equatable {
    /// Its name in scenarios, in sentences and in the manifest's `versions`.
    let name: String
    /// The Debian package that has the program, without a service if there is one like that.
    let package: String
    /// The name of the program's file.
    let executable: String
    /// The arguments with which it prints its version.
    let versionArguments: [String]
    /// The text before the version in what it prints; empty if it prints the version first.
    let versionMark: String
    /// What a line of its standard error has if it says why the program ended.
    var complaintMark = ""
    /// The most clients that it can have.
    var mostClients = 20_000
    /// Why it can have no more, for an error.
    var limitReason = ""
    /// How much longer a case takes to start with it.
    var startTime = Duration.milliseconds(200)

    // Debian installs servers in /usr/sbin, which is not in the PATH of ordinary users.
    private static let systemFolders = ["/usr/sbin", "/usr/local/sbin"]

    /// - Returns: The path of the program.
    /// - Throws: ``ProxyMissing`` if it is not installed.
    func path() throws(ProxyMissing) -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + Self.systemFolders
        let found = folders.map { "\($0)/\(executable)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { throw ProxyMissing(name: name, package: package) }
        return found
    }

    /// Checks that the program can be started for a number of clients.
    ///
    /// - Throws: ``ProxyMissing`` or ``TooManyProxyClients``.
    func check(clients: Int) throws {
        _ = try path()
        if clients > mostClients { throw TooManyProxyClients(program: self, clients: clients) }
    }

    /// - Returns: `nil` if the program is not installed or its version is unknown.
    func version() async -> String? {
        guard let path = try? path() else { return nil }
        // nginx prints its version to standard error, the others to standard output.
        let outcome = try? await Subprocess.run(
            .path(FilePath(path)), arguments: .init(versionArguments), output: .string(limit: 4_096),
            error: .string(limit: 4_096))
        return version(in: (outcome?.standardOutput ?? "") + (outcome?.standardError ?? ""))
    }

    /// The version in what the program prints: the word after ``versionMark``, without a `v` before the number.
    ///
    /// - Returns: `nil` for a text without a version.
    func version(in text: String) -> String? {
        var rest = Substring(text)
        if !versionMark.isEmpty {
            guard let mark = text.range(of: versionMark) else { return nil }
            rest = text[mark.upperBound...]
        }
        let word = rest.prefix { !$0.isWhitespace }
        let version = word.first == "v" ? word.dropFirst() : word
        return version.first?.isNumber == true ? String(version) : nil
    }

    /// Why the program ended: the first line of its standard error that says so, else the first line.
    func complaint(in standardError: String) -> String {
        let lines = standardError.split(separator: "\n").map(String.init)
        return lines.first { $0.contains(complaintMark) && !complaintMark.isEmpty } ?? lines.first ?? ""
    }
}

/// The program of a reverse proxy is not installed.
struct ProxyMissing: Error, Equatable, CustomStringConvertible {
    let name: String
    let package: String

    var description: String {
        "the scenario goes through \(name), which is not installed; install the Debian package \(package)"
    }
}

/// A case has more clients than its reverse proxy can have.
struct TooManyProxyClients: Error, Equatable, CustomStringConvertible {
    let program: ProxyProgram
    let clients: Int

    var description: String {
        "the scenario goes through \(program.name) with \(clients) clients; allowed 1 to \(program.mostClients)"
            + (program.limitReason.isEmpty ? "" : ", because \(program.limitReason)")
            + "; use fewer clients or another proxy"
    }
}
