import ArgumentParser
import Arguments
import LoadGenerator
import Transports

/// Pages of a browser as clients.
struct BrowserOption: ParsableArguments {
    @Option(
        name: .customLong("browser"),
        help: ArgumentHelp(
            "Receive in pages of this browser, one per client, at most \(BrowserPlan.mostClients): chromium or "
                + "firefox. The browser decides request headers and compression.", valueName: "name"),
        transform: ArgumentReading.choice)
    var kind: BrowserKind?

    /// Checks that pages can be the clients of a command line.
    ///
    /// - Parameters:
    ///   - transport: The transport.
    ///   - options: Names of the options that were given for it.
    ///   - command: The command line.
    /// - Throws: `ValidationError` with what to change.
    func check(
        _ transport: any ClientTransport.Type, options: some Collection<String>, in command: LoadCommand
    ) throws {
        guard let kind else { return }
        let browser = "--browser \(kind.rawValue)"
        if !BrowserPlan.canUse(transport) {
            throw ValidationError("--transport is \(transport.name), which pages cannot use; remove --browser")
        }
        if command.clients > BrowserPlan.mostClients {
            throw ValidationError(
                "--clients is \(command.clients); with \(browser) allowed 1 to \(BrowserPlan.mostClients), because "
                    + "each client is a page")
        }
        if command.url.encrypts {
            throw ValidationError(
                "--url begins with https://; with \(browser) allowed http://, so that bytes can be counted by layer")
        }
        if command.seededMasks { throw ValidationError("--seeded-masks does not apply: the browser draws its masks") }
        if try command.proxy.address() != nil {
            throw ValidationError("--proxy does not apply: with \(browser) pages connect to this host; remove it")
        }
        if let option = options.sorted().first(where: { !BrowserPlan.options.contains($0) }) {
            throw ValidationError(
                "\(option) is decided by the browser; with \(browser) allowed "
                    + BrowserPlan.options.joined(separator: ", "))
        }
    }
}
