import ArgumentParser
import Arguments
import Lab
import Measurement

/// In how many processes, and on which hosts, the clients of a run are.
struct LoadPlaceOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Divide the clients between this many load processes per host, 1 to 64. (default: 1)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...64))
    var processes = 1

    @Option(
        help: ArgumentHelp("Divide the clients between these hosts; needs --launch.", valueName: "host,host"),
        transform: Self.hosts)
    var loadHosts: [String] = []

    @Option(
        help: ArgumentHelp(
            """
            Command that runs a program on a host of --load-hosts and passes its standard input and output on: \
            'ssh {host}', 'srun --nodes=1 --nodelist={host}'. {host} is replaced; the program follows, or takes the \
            place of {program}. No shell reads the words.
            """, valueName: "command"),
        transform: Self.launch)
    var launch: LaunchPrefix?

    @Option(
        help: ArgumentHelp(
            "Path of pushlab on the hosts, of the same version. (default: the path of this program)",
            valueName: "path"))
    var loadProgram: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            If server and clients have different clocks: times are invalid if the clocks agree less closely than this, \
            1us to 1h. (default: half of the median latency of each row)
            """, valueName: "time"),
        transform: ArgumentReading.quantity(in: .microseconds(1)...Duration.seconds(3_600)))
    var clockTolerance: Duration?

    static let longestList = 1_000

    func validate() throws {
        if loadHosts.isEmpty {
            let given = [("--launch", launch != nil), ("--load-program", loadProgram != nil)].first { $0.1 }?.0
            if let given { throw ValidationError("\(given) is given, which needs --load-hosts") }
            return
        }
        guard let launch else {
            throw ValidationError(
                "--load-hosts is given, which needs --launch, how to run a program there: --launch 'ssh {host}'")
        }
        if loadHosts.count > 1, !launch.namesHost {
            throw ValidationError(
                "--launch has no {host}, but --load-hosts names \(loadHosts.count) hosts; allowed without it: one host")
        }
        if loadProgram?.isEmpty == true {
            throw ValidationError("--load-program is empty; allowed the path of pushlab")
        }
    }

    var spread: LoadSpread {
        LoadSpread(processes: processes, hosts: loadHosts, launch: launch, program: loadProgram)
    }

    static func hosts(_ text: String) throws -> [String] {
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let rule = "allowed host names with commas between them, such as n1,n2"
        guard names.count <= longestList, names.allSatisfy(isName) else { throw ValidationError(rule) }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ValidationError(
                "names \(ShownValue.text(twice)) twice; for several load processes on a host use --processes")
        }
        return names
    }

    // A name that begins with a hyphen would be an option of the launcher.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, first != "-" else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:@[]/".contains($0)) }
    }

    static func launch(_ text: String) throws -> LaunchPrefix {
        do throws(LaunchPrefixFault) {
            return try LaunchPrefix(text)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
