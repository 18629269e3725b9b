import ArgumentParser
import Arguments
import Measurement
import Transports

/// What a command's user sets for its transport: any option by its name, and three by flags of their own.
struct TransportSettings: ParsableArguments {
    @Option(
        help: "Time between two polls of a client, for short-poll. (default: 1s)", transform: ArgumentReading.quantity)
    var interval: Duration?

    @Option(help: "Longest time a poll is held, for long-poll. (default: 25s)", transform: ArgumentReading.quantity)
    var hold: Duration?

    @Option(help: "A draft of WebSocket, for websocket, of a server with --legacy-websocket. (default: rfc6455)")
    var websocketVersion: String?

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "An option of the transport, as a scenario writes it: deflate=context-takeover. May be repeated.",
            discussion: Self.everyOption, valueName: "name=value"),
        transform: Self.pair)
    var options: [NamedText] = []

    /// `NAME=VALUE`, not yet read.
    struct NamedText {
        let name: String
        let text: String
    }

    /// - Returns: The options that were given, by either way.
    /// - Throws: `ValidationError` for an option that the transport does not have, a value that it does not allow, and
    ///   an option that is given twice.
    func given(for transport: any PushTransport.Type) throws -> [String: TransportOptionValue] {
        var given: [String: TransportOptionValue] = [:]
        if let interval { given["interval"] = .duration(interval) }
        if let hold { given["hold"] = .duration(hold) }
        if let websocketVersion { given["version"] = .choice(websocketVersion) }
        let flags = ["interval": "--interval", "hold": "--hold", "version": "--websocket-version"]
        var seen: Set<String> = []
        for pair in options {
            if given[pair.name] != nil {
                let other = seen.contains(pair.name) ? nil : flags[pair.name]
                throw ValidationError(
                    "\(pair.name) is given twice, by --option and by \(other ?? "--option"); allowed is once")
            }
            seen.insert(pair.name)
            given[pair.name] = try Self.value(pair, of: transport)
        }
        return given
    }

    private static func value(_ pair: NamedText, of transport: any PushTransport.Type) throws -> TransportOptionValue {
        if pair.name == TransportOption.tls.name {
            throw ValidationError("--option is tls=\(pair.text); whether TLS is spoken is said by --url, http or https")
        }
        if pair.name == Intermediary.name {
            throw ValidationError(
                "--option is \(pair.name)=\(pair.text); the lab puts nginx before servers of its own, and a load goes "
                    + "to the server or the proxy that --url names")
        }
        do throws(TransportOptionFault) {
            return try transport.option(named: pair.name).value(reading: pair.text)
        } catch {
            throw ValidationError(error.description)
        }
    }

    static func pair(_ text: String) throws -> NamedText {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("it is '\(text.prefix(64))'; allowed is NAME=VALUE, such as http=2")
        }
        return NamedText(name: String(text[..<equals]), text: String(text[text.index(after: equals)...]))
    }

    /// One line a transport, for the help.
    private static let everyOption = TransportRegistry.all.map { transport in
        let others = [TransportOption.tls.name, Intermediary.name]
        let names = transport.options.map(\.name).filter { !others.contains($0) }
        return "\(transport.name): \(names.isEmpty ? "none" : names.joined(separator: ", "))."
    }.joined(separator: "\n")
}
