import Glibc

/// Why a relay cannot start, and what to change, in one sentence.
package struct LinkRelayFault: Error, Equatable, CustomStringConvertible {
    package let description: String
    // The same without what to do, if the port is the reason.
    private let portReason: String?

    private init(_ description: String) {
        (self.description, portReason) = (description, nil)
    }

    private init(port reason: String, advice: String) {
        (description, portReason) = ("\(reason); \(advice)", reason)
    }

    /// The sentence for a user who gave the port in another way.
    ///
    /// - Parameter advice: What to do about a port that cannot be used.
    /// - Returns: ``description`` if the port is not the reason.
    package func description(portAdvice advice: String) -> String {
        portReason.map { "\($0); \(advice)" } ?? description
    }

    /// The listening address cannot be used.
    static func cannotListen(_ address: RelayAddress, _ errorNumber: Int32) -> Self {
        let subject = "cannot listen on \(address.text):"
        switch errorNumber {
        case EADDRINUSE:
            return Self(port: "\(subject) the port is in use", advice: "choose another one, or 0 for any free one")
        case EACCES: return Self(port: "\(subject) ports below 1024 need privileges", advice: "choose another one")
        case EADDRNOTAVAIL: return Self("\(subject) this machine lacks that address; 'ip address' lists those it has")
        default: return Self("\(subject) \(String(cString: strerror(errorNumber)))")
        }
    }

    package static func unknownHost(_ address: RelayAddress) -> Self {
        Self("the host name \(address.host) is unknown; correct it, or use an IP address")
    }

    static func noAnswer(_ target: RelayAddress, _ errorNumber: Int32) -> Self {
        Self("the target \(target.text) \(Self.text(ofConnect: errorNumber)); start it first")
    }

    /// What the target did, as the end of a sentence.
    static func text(ofConnect errorNumber: Int32) -> String {
        switch errorNumber {
        case ECONNREFUSED: "refuses connections: no server listens there"
        case ETIMEDOUT, EAGAIN: "does not answer"
        default: "cannot be reached: \(String(cString: strerror(errorNumber)))"
        }
    }
}
