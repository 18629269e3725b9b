/// The program of a reverse proxy, and how many clients it can have.
struct ProxyProgram: Sendable, Equatable {
    /// Its name is also that in scenarios.
    let installed: InstalledProgram
    /// The most clients that it can have.
    let mostClients: Int
    /// Why it can have no more, for an error.
    let limitReason: String
    /// How much longer a case takes to start with it.
    let startTime: Duration

    init(
        name: String, package: String, executable: String, versionArguments: [String], versionMark: String,
        complaintMark: String = "", mostClients: Int = 20_000, limitReason: String = "",
        startTime: Duration = .milliseconds(200)
    ) {
        installed = InstalledProgram(
            name: name, package: package, executable: executable, versionArguments: versionArguments,
            versionMark: versionMark, complaintMark: complaintMark)
        (self.mostClients, self.limitReason, self.startTime) = (mostClients, limitReason, startTime)
    }

    var name: String { installed.name }

    /// - Returns: The path of the program.
    /// - Throws: ``ProxyMissing`` if it is not installed.
    func path() throws(ProxyMissing) -> String {
        guard let path = installed.path else { throw ProxyMissing(name: name, package: installed.package) }
        return path
    }

    /// Checks that the program can be started for a number of clients.
    ///
    /// - Throws: ``ProxyMissing`` or ``TooManyProxyClients``.
    func check(clients: Int) throws {
        _ = try path()
        if clients > mostClients { throw TooManyProxyClients(program: self, clients: clients) }
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
