import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Link
import Measurement
import Prediction
import ResultFiles
import Transports

struct AdviseCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "advise",
        abstract: "Ranks the transports for a purpose by what the formulas predict.",
        discussion: """
            Prints figures per client and for all clients, where polling and WebSocket cost the same, and a command \
            that measures the two best on this machine. Results/formulas.md has the formulas.
            """)

    static let example = "pushlab advise --rate 10/s --payload 128B --clients 1000 --rtt 50ms --age 1s"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Publication rate: 1/h to 100000/s.", valueName: "rate"),
        transform: ArgumentReading.quantity(in: AdviceRequest.rates))
    var rate: ItemRate

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Size of an item: 20B to 1MiB. (default: 128B)", valueName: "size"),
        transform: ArgumentReading.quantity(in: ByteCount(bytes: 20)...ByteCount(bytes: 1_048_576)))
    var payload = ByteCount(bytes: 128)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of clients: 1 to 1000000000. (default: 100)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...1_000_000_000))
    var clients = 100

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Round trip between client and server: 0s to 3s. (default: 0s)", valueName: "time"),
        transform: roundTrip)
    var rtt = Duration.zero

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Longest acceptable age of an item at its arrival: 1ms to 1h.", valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(1)...Duration.seconds(3_600)))
    var age: Duration

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Headers of requests and opening handshakes: \(profiles.joined(separator: ", ")). (default: minimal)",
            valueName: "profile"),
        transform: profile)
    var headers = RequestProfile.minimal

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Largest TCP payload of a segment: 536B to 65483B. (default: 1448B with --rtt, 65483B as on loopback "
                + "without)",
            valueName: "size"),
        transform: ArgumentReading.quantity(in: ByteCount(bytes: 536)...ByteCount(bytes: 65_483)))
    var mss: ByteCount?

    @Flag(help: "Encrypt the connections.")
    var tls = false

    @Flag(help: "Measure on this machine what requests and messages cost the server, in about 13 s.")
    var calibrate = false

    @OptionGroup var format: FormatOption

    /// The exchange of 2009 answers with the newest item only.
    private static let profiles = RequestProfile.allCases.map(\.rawValue).filter {
        $0 != RequestProfile.quantum2009.rawValue
    }

    /// A network that can be simulated, so that the proposed command measures it.
    private static func roundTrip(_ text: String) throws -> Duration {
        let range = LinkBounds.roundTrip
        if let time = try? Duration(quantity: text), time > range.upperBound {
            throw ValidationError(
                "is \(time.spokenText); allowed \(range.spokenText), as in scenarios (EDGE has 840 ms, "
                    + "a satellite 600 ms), since connections have to be set up within 10 s")
        }
        return try ArgumentReading.quantity(in: range)(text)
    }

    private static func profile(_ text: String) throws -> RequestProfile {
        guard profiles.contains(text), let profile = RequestProfile(rawValue: text) else {
            throw ValidationError("allowed \(profiles.joined(separator: ", "))")
        }
        return profile
    }

    private var request: AdviceRequest {
        AdviceRequest(
            rate: rate, payload: payload.bytes, clients: clients, roundTrip: rtt, age: age, encrypts: tls,
            headers: headers, segmentBytes: mss?.bytes)
    }

    func run() async throws {
        let costs = calibrate ? try await Self.measuredCosts() : .reference
        let advice = Advice(request, costs: costs)
        switch format.value {
        case .text: print(AdviceText(advice, columns: Terminal.columns(of: STDOUT_FILENO)).text)
        case .json: CommandOutput.show("advise", code: nil, AdviceJSON.fields(advice))
        }
    }

    private static func measuredCosts() async throws -> ServerCosts {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = try RunSettings(out: folder, seedsMasks: false, progress: NoProgress())
        let costs = try await RunControl.interruptible { try await CostCalibration.measure(settings) }
        guard let costs else {
            throw Failure("the calibration gave no valid processor times; try again when the machine is less busy")
        }
        return costs
    }
}
