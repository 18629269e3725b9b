import ArgumentParser
import Arguments
import Dissection
import Host
import LoadGenerator
import Measurement
import ResultFiles
import Transports
import WireAccounting

struct ExplainLiveCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Connects to a server as one client, and explains each message as it passes.",
        discussion: """
            With TLS, it shows what is inside the records. With --format json, each line of the output is an object: \
            one per message, then the sum. Ctrl-C ends it; then it prints the sum.
            """)

    @Argument(help: "The server: http://HOST:PORT or https://HOST:PORT.", transform: ServerURL.read)
    var url: ServerURL

    @Option(
        help: ArgumentHelp(
            "What to ask for: \(registry.push.map { $0.name }.joined(separator: ", ")).", valueName: "transport"))
    var transport: String = defaultTransport.name

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End after this many messages of the server, 1 to 10000. (default: 5)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...10_000))
    var messages = 5

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End after this time at the latest, 1s to 1h. (default: 10s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .seconds(1)...(.seconds(3_600))))
    var duration = Duration.seconds(10)

    @OptionGroup var trust: TrustOptions
    @OptionGroup var format: ExplainFormat

    private static let registry = TransportRegistry.standard
    private static let defaultTransport = WebSocketPush.self

    static let example = "pushlab explain live http://127.0.0.1:8080 --transport sse"

    func validate() throws { _ = try type() }

    private func type() throws -> any PushTransport.Type {
        if let type = Self.registry.push(named: transport) { return type }
        let names = Self.registry.push.map { $0.name }
        throw ValidationError(
            "--transport is \(ShownValue.text(transport)); allowed \(names.joined(separator: ", "))"
                + Spelling.suggestion(for: transport, among: names))
    }

    func run() async throws {
        let tls = try trust.trust(url)
        let format = format
        let live = try LiveDissection(
            host: url.host, port: url.port, transport: try type(), tls: tls, messages: messages, duration: duration)
        let result: LiveDissection.Result
        do {
            result = try await RunControl.interruptible {
                try await live.run { message in Self.show(message, format) }
            }
        } catch {
            throw Failure("\(url.text): \(url.sentence(for: error))")
        }
        let summary = Explanation(
            .exchange,
            summary: "\(result.counts.requests.of("request")), \(result.counts.items.of("item")), "
                + "\(result.ledger.tcpPayloadBytes(.up)) B up, \(result.ledger.tcpPayloadBytes(.down)) B down"
                + (result.unshown == 0 ? "" : "; \(result.unshown.of("further message")) not shown"),
            parts: result.faults.map { ExplainedPart("mistake", faults: [$0]) },
            layers: LayerTable.of(result.ledger))
        switch format.format {
        case .text: try format.show(summary)
        case .json: print(try VersionedJSON(summary).text(isOneLine: true))
        }
        if result.ledger.tcpPayloadBytes(.down) == 0, !result.wasStopped {
            throw Failure("\(url.text): the server accepted the connection and sent nothing")
        }
    }

    /// - Returns: False if the reader of the output has ended.
    private static func show(_ message: DissectedMessage, _ format: ExplainFormat) -> Bool {
        let isText = format.format == .text
        // The part of the message has its title.
        let summary = isText ? "message \(message.number), \(message.direction.rawValue)" : message.title
        let explanation = Explanation(.frames, summary: summary, parts: [MessageParts.part(of: message)])
        switch format.format {
        case .text: print(ExplanationText.render(explanation, colours: format.colours, columns: format.columns))
        case .json: print((try? VersionedJSON(explanation).text(isOneLine: true)) ?? "")
        }
        // A message must not wait in a pipe's buffer.
        return Terminal.flush()
    }
}
