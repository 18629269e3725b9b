import ArgumentParser
import Arguments
import Lab

/// Where `run` and `capacity` start their servers.
struct ServerPlaceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Address that the servers listen on and clients connect to. With another than a loopback address, other \
            computers of the network reach them too. (default: 127.0.0.1)
            """, valueName: "address"),
        transform: Self.address)
    var serverHost: String?

    @Option(
        help: ArgumentHelp(
            """
            Command that runs a program on another host, which then has the servers: 'ssh big'. As --launch; {host} is \
            the value of --server-host.
            """, valueName: "command"),
        transform: LoadPlaceOptions.launch)
    var serverLaunch: LaunchPrefix?

    @Option(
        help: ArgumentHelp(
            "Path of pushlab-server there, of the same version. (default: next to this program)", valueName: "path"))
    var serverProgram: String?

    func validate() throws {
        if serverLaunch != nil, serverHost == nil {
            throw ValidationError("--server-launch is given, which needs --server-host, the server's address there")
        }
        if let serverProgram {
            if serverLaunch == nil { throw ValidationError("--server-program is given, which needs --server-launch") }
            if serverProgram.isEmpty {
                throw ValidationError("--server-program is empty; allowed the path of pushlab-server")
            }
        }
    }

    /// Checks that hosts can reach the servers.
    func check(_ load: LoadPlaceOptions) throws {
        if !load.loadHosts.isEmpty, serverHost == nil {
            throw ValidationError(
                "--load-hosts is given, which needs --server-host, an address of this machine that the hosts reach")
        }
    }

    var place: ServerPlace { ServerPlace(address: serverHost, launch: serverLaunch, program: serverProgram) }

    private static func address(_ text: String) throws -> String {
        let isAny = ["0.0.0.0", "::", "0"].contains(text)
        let isPlain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:".contains($0)) }
        guard !text.isEmpty, !text.hasPrefix("-"), isPlain, !isAny else {
            throw ValidationError("allowed one address or name that clients can connect to, such as 10.0.0.1")
        }
        return text
    }
}
