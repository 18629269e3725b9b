/// Where a run starts the servers of its cases.
package struct ServerPlace: Sendable, Hashable {
    /// The address that the server listens on and clients connect to; `nil` for 127.0.0.1.
    package let address: String?
    /// What starts it elsewhere; `nil` for this machine.
    package let launch: LaunchPrefix?
    /// Path of `pushlab-server` there; `nil` for that of the server next to this program.
    package let program: String?

    /// On this machine, on 127.0.0.1.
    package static let here = ServerPlace(address: nil, launch: nil, program: nil)

    /// Takes values that are checked: another place needs an address.
    package init(address: String?, launch: LaunchPrefix?, program: String?) {
        (self.address, self.launch, self.program) = (address, launch, program)
    }

    var isElsewhere: Bool { launch != nil }

    /// The command that starts a server, with these arguments.
    func command(own: String, arguments: [String]) -> [String] {
        let server = [program ?? own] + arguments
        return launch?.command(server, on: address ?? "") ?? server
    }

    /// For the manifest's `environment`; `nil` for the usual place.
    var facts: [String: String]? {
        if self == .here { return nil }
        return ["address": address, "launch": launch?.text, "program": program].compactMapValues { $0 }
    }
}
