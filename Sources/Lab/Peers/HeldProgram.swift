import Host
import Subprocess

/// A program that waits for a line of its standard input before it starts, so that the lab can choose its processors
/// and its control group first.
struct HeldProgram: Sendable {
    let command: [String]
    /// The number of files and sockets that the program must be able to open.
    let descriptors: Int

    // `exec` keeps the process id. `read` takes single bytes from a pipe, so the program gets all that follows the
    // line. The limit is raised only as far as needed, because some programs reserve memory for each descriptor.
    private static let script = #"""
        {
            [ "$(ulimit -Sn)" -ge "$1" ] || ulimit -Sn "$1" || ulimit -Sn "$(ulimit -Hn)"
        } 2>/dev/null
        shift
        read -r _ && exec "$@"
        """#

    /// The line that lets the program start.
    static let signal = "start\n"

    /// The arguments of `/bin/sh`.
    var arguments: Arguments { .init(["-c", Self.script, "sh", "\(descriptors)"] + command) }

    /// Puts the program on the processors of the server. It still waits, so it has one thread.
    ///
    /// - Throws: `PinningFault` if the kernel refuses it.
    static func pin(_ process: Int32) throws(PinningFault) {
        guard let halves = ProcessorPlacement.halves() else { return }
        try ProcessorPlacement.pin(process, to: halves.server)
    }

    /// The lab's environment with other values of some variables.
    static func environment(_ variables: [String: String]) -> Environment {
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in variables { changes[Environment.Key(stringLiteral: name)] = value }
        return .inherit.updating(changes)
    }
}
