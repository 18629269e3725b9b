import Measurement

extension TransportOptionValue {
    /// The form used in scenarios and on the command line.
    package var text: String {
        switch self {
        case .duration(let time): time.quantityText
        case .number(let number): "\(number)"
        case .flag(let isOn): "\(isOn)"
        case .choice(let word): word
        }
    }
}

extension TransportOption {
    /// `1 ms to 1 h`, `true, false`, `keep-alive, new`.
    package var rangeText: String {
        switch kind {
        case .duration(let range): range.spokenText
        case .number(let range): range.spokenText
        case .flag: "true, false"
        case .choice(let words): words.joined(separator: ", ")
        }
    }

    /// The units that a value may have, or its type if it has no unit.
    var unitText: String {
        switch kind {
        case .duration: Duration.units.joined(separator: ", ")
        case .number: Int.quantityName
        case .flag: "flag"
        case .choice: "word"
        }
    }
}

/// An option with the transports that have it, for the documentation.
package struct DocumentedOption: Sendable {
    package let option: TransportOption
    /// Names of the transports, in the order of the registry.
    package internal(set) var transports: [String]

    /// The row of the table in `Scenarios/README.md`; text may follow it there.
    package var tableRow: String {
        let names = transports.map { "`\($0)`" }.joined(separator: ", ")
        return
            "| \(names) | `\(option.name)` | \(option.unitText) | `\(option.defaultValue.text)` | \(option.rangeText) "
            + "| \(option.summary)"
    }

    /// One paragraph of `--help`.
    package var helpText: String {
        "\(option.name) (\(transports.joined(separator: ", "))): \(option.summary.filter { $0 != "`" }) "
            + "Allowed: \(option.rangeText); default: \(option.defaultValue.text)."
    }
}

extension TransportRegistry {
    /// Every option once, with all transports that have exactly this one.
    package var documentedOptions: [DocumentedOption] { Self.documented(known) }

    /// The options that `pushlab load` can set for transports that carry a feed.
    package var documentedLoadOptions: [DocumentedOption] {
        Self.documented(receiving).filter { !$0.option.isLabOnly }
    }

    private static func documented(_ transports: [any ClientTransport.Type]) -> [DocumentedOption] {
        var documented: [DocumentedOption] = []
        for transport in transports {
            for option in transport.options {
                guard let index = documented.firstIndex(where: { $0.option == option }) else {
                    documented.append(DocumentedOption(option: option, transports: [transport.name]))
                    continue
                }
                if !documented[index].transports.contains(transport.name) {
                    documented[index].transports.append(transport.name)
                }
            }
        }
        return documented
    }
}
