import ArgumentParser
import Arguments
import Measurement
import Transports

/// Options of a transport: any by `--option NAME=VALUE`, three of them also by a flag.
struct TransportSettings: ParsableArguments {
    @Option(help: Self.help(for: ShortPolling.interval, of: ShortPolling.self), transform: ArgumentReading.quantity)
    var interval: Duration?

    @Option(help: Self.help(for: LongPolling.hold, of: LongPolling.self), transform: ArgumentReading.quantity)
    var hold: Duration?

    @Option(help: Self.help(for: WebSocketPush.version, of: WebSocketPush.self))
    var websocketVersion: String?

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "Option of the transport, as in a scenario: deflate=context-takeover. Can be repeated.",
            discussion: TransportRegistry.standard.documentedLoadOptions.map(\.helpText).joined(separator: "\n"),
            valueName: "name=value"),
        transform: Self.pair)
    var options: [NamedText] = []

    /// `NAME=VALUE`, not yet read.
    struct NamedText {
        let name: String
        let text: String
    }

    /// - Returns: The options that were given, in either form.
    /// - Throws: `ValidationError` for an option that the transport does not have, a value that it does not allow, and
    ///   an option that is given twice.
    func given(for transport: any PushTransport.Type) throws -> [String: TransportOptionValue] {
        let flags = [
            ("--interval", ShortPolling.interval.option, interval?.optionValue),
            ("--hold", LongPolling.hold.option, hold?.optionValue),
            ("--websocket-version", WebSocketPush.version.option, websocketVersion.map { .choice($0) }),
        ]
        var given: [String: (value: TransportOptionValue, by: String)] = [:]
        for (flag, option, value) in flags {
            if let value { given[option.name] = (value, flag) }
        }
        for pair in options {
            if let earlier = given[pair.name] {
                throw ValidationError(
                    "\(pair.name) is given twice, by --option and by \(earlier.by); allowed is once")
            }
            given[pair.name] = (try Self.value(pair, of: transport), "--option")
        }
        return given.mapValues(\.value)
    }

    private static func value(_ pair: NamedText, of transport: any PushTransport.Type) throws -> TransportOptionValue {
        if pair.name == Encryption.key.option.name {
            throw ValidationError(
                "--option is \(pair.name)=\(pair.text); --url decides: https:// is with TLS, http:// without")
        }
        if pair.name == Intermediary.key.option.name {
            throw ValidationError(
                "--option is \(pair.name)=\(pair.text); 'load' starts no nginx: to measure through a proxy, give its "
                    + "address as --url")
        }
        do throws(TransportOptionFault) {
            let allowed = transport.options.filter { !$0.isLabOnly }
            return try transport.option(named: pair.name, among: allowed).value(reading: pair.text)
        } catch {
            throw ValidationError(error.description)
        }
    }

    static func pair(_ text: String) throws -> NamedText {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("allowed is NAME=VALUE, such as http=2")
        }
        return NamedText(name: String(text[..<equals]), text: String(text[text.index(after: equals)...]))
    }

    private static func help<Value>(for key: OptionKey<Value>, of transport: any PushTransport.Type) -> ArgumentHelp {
        let option = key.option
        return "\(option.summary) For \(transport.name). (default: \(option.defaultValue.text))"
    }
}
