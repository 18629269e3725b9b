import ArgumentParser
import Transports

/// Options of a transport: any by `--option NAME=VALUE`, three of them also by a flag.
struct TransportSettings: ParsableArguments {
    // Read together with --option, because what is allowed depends on the transport.
    @Option(
        parsing: .unconditional, help: Self.help(for: ShortPolling.interval, of: ShortPolling.self, valueName: "time"))
    var interval: String?

    @Option(
        parsing: .unconditional, help: Self.help(for: LongPolling.hold, of: LongPolling.self, valueName: "time"))
    var hold: String?

    @Option(help: Self.help(for: WebSocketPush.version, of: WebSocketPush.self, valueName: "version"))
    var websocketVersion: String?

    @Option(
        name: .customLong("option"),
        help: ArgumentHelp(
            "Option of the transport, as in a scenario: \(Self.example). Can be repeated.",
            discussion: TransportRegistry.standard.documentedLoadOptions.map(\.helpText).joined(separator: "\n"),
            valueName: "name=value"),
        transform: Self.pair)
    var options: [NamedText] = []

    private static let example = "\(HTTPVersion.key.option.name)=\(HTTPVersion.two.rawValue)"

    /// `NAME=VALUE`, not yet read.
    struct NamedText {
        let name: String
        let text: String
    }

    /// - Returns: The options that were given, in either form.
    /// - Throws: `ValidationError` for an option that the transport does not have, a value that it does not allow, and
    ///   an option that is given twice.
    func given(for transport: any ClientTransport.Type) throws -> [String: TransportOptionValue] {
        let flags = [
            ("--interval", ShortPolling.interval.option, interval), ("--hold", LongPolling.hold.option, hold),
            ("--websocket-version", WebSocketPush.version.option, websocketVersion),
        ]
        let named = flags.compactMap { flag, option, text in
            text.map { (pair: NamedText(name: option.name, text: $0), shown: flag) }
        }
        var given: [String: (value: TransportOptionValue, by: String)] = [:]
        for (pair, shown) in named + options.map({ (pair: $0, shown: "--option \($0.name)") }) {
            if let earlier = given[pair.name] {
                throw ValidationError("\(pair.name) is given twice, by \(earlier.by) and by \(shown); allowed once")
            }
            given[pair.name] = (try Self.value(pair, writtenAs: shown, of: transport), shown)
        }
        return given.mapValues(\.value)
    }

    private static func value(
        _ pair: NamedText, writtenAs shown: String, of transport: any ClientTransport.Type
    ) throws -> TransportOptionValue {
        if pair.name == Encryption.key.option.name {
            throw ValidationError("\(shown) is not needed: --url https:// is with TLS, http:// without")
        }
        if pair.name == Intermediary.key.option.name {
            throw ValidationError(
                "\(shown) needs a scenario, because load starts no proxy; to measure through a proxy, give its address "
                    + "as --url")
        }
        let allowed = transport.options.filter { !$0.isLabOnly }
        if let fault = transport.misplaced(pair.name, writtenAs: shown, among: TransportRegistry.standard.receiving) {
            let names = allowed.map(\.name).joined(separator: ", ")
            throw ValidationError("\(fault); \(transport.name) has \(names.isEmpty ? "no options" : names)")
        }
        do throws(TransportOptionFault) {
            return try transport.option(named: pair.name, among: allowed).value(reading: pair.text, of: shown)
        } catch {
            throw ValidationError(error.description)
        }
    }

    static func pair(_ text: String) throws -> NamedText {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            throw ValidationError("allowed NAME=VALUE, such as \(example)")
        }
        return NamedText(name: String(text[..<equals]), text: String(text[text.index(after: equals)...]))
    }

    private static func help<Value>(
        for key: OptionKey<Value>, of transport: any PushTransport.Type, valueName: String
    ) -> ArgumentHelp {
        let option = key.option
        let text = "\(option.summary) For \(transport.name); allowed: \(option.rangeText)."
        return ArgumentHelp("\(text) (default: \(option.defaultValue.text))", valueName: valueName)
    }
}
