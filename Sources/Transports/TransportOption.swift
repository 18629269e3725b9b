/// One setting that a transport accepts, as a scenario or the command line names it.
package struct TransportOption: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// A length of time with its unit, within bounds.
        case duration(ClosedRange<Duration>)
        case flag
        case choice([String])
    }

    package let name: String
    package let kind: Kind
    /// Taken when the scenario is silent.
    package let defaultValue: TransportOptionValue
    /// One line for the documentation.
    package let summary: String

    package init(name: String, kind: Kind, defaultValue: TransportOptionValue, summary: String) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.summary = summary
    }
}

/// A checked value of a ``TransportOption``.
package enum TransportOptionValue: Sendable, Hashable, Codable {
    case duration(Duration)
    case flag(Bool)
    case choice(String)
}

/// All options of one use of a transport, defaults filled in.
package struct TransportOptions: Sendable, Hashable, Codable {
    private var values: [String: TransportOptionValue]

    package init(_ values: [String: TransportOptionValue] = [:]) {
        self.values = values
    }

    package subscript(name: String) -> TransportOptionValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The option's length of time, or `nil` if the transport has no such option.
    package func duration(_ name: String) -> Duration? {
        guard case .duration(let value) = values[name] else { return nil }
        return value
    }

    /// The option's word, or `nil` if the transport has no such option.
    package func choice(_ name: String) -> String? {
        guard case .choice(let word) = values[name] else { return nil }
        return word
    }

    package func flag(_ name: String) -> Bool {
        values[name] == .flag(true)
    }
}

extension TransportOption {
    /// Encryption, which every transport can have.
    package static let tls = TransportOption(
        name: "tls", kind: .flag, defaultValue: .flag(false),
        summary: "encrypt the connections (TLS 1.3), with a certificate that the server signs itself")
}
