import ArgumentParser
import Arguments
import Host

/// Where the server listens, and on which processors it runs.
struct AddressOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Address to listen on. Only a loopback address keeps the server off the network.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Port to listen on, 0 to 65535; 0 lets the kernel choose. (default: 0)", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt16.max))
    var port: UInt16 = 0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Event loops, each on one thread, 1 to 64. (default: 1)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...64))
    var threads = 1

    @Option(
        help: ArgumentHelp("Processors to run on, such as 0,1. (default: any)", valueName: "list"),
        transform: ArgumentReading.processors)
    var cpus: [Int]?

    /// - Throws: `ValidationError` if the process may not run on the processors, or the kernel does not pin it.
    func pin() throws {
        guard let cpus else { return }
        let allowed = ProcessorPlacement.allowedProcessors()
        let refused = cpus.filter { !allowed.contains($0) }
        guard refused.isEmpty else {
            let (named, list) = (Self.list(refused), Self.list(allowed))
            throw ValidationError("--cpus names \(named); allowed here: \(list)")
        }
        do throws(PinningFault) {
            try ProcessorPlacement.pinThisProcess(to: cpus)
        } catch {
            throw ValidationError("--cpus \(Self.list(cpus)): \(error)")
        }
    }

    private static func list(_ processors: [Int]) -> String {
        processors.map(String.init).joined(separator: ",")
    }
}
