import Glibc

/// Why a relay cannot start, and what to change, in one sentence.
package struct LinkRelayFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    /// The listening address cannot be used.
    static func cannotListen(_ address: RelayAddress, _ errorNumber: Int32) -> Self {
        let reason =
            switch errorNumber {
            case EADDRINUSE: "the port is in use; choose another one, or 0 for any free one"
            case EADDRNOTAVAIL: "this machine lacks that address; 'ip address' lists those it has"
            case EACCES: "ports below 1024 need privileges; choose another one"
            default: String(cString: strerror(errorNumber))
            }
        return Self(description: "cannot listen on \(address.text): \(reason)")
    }

    package static func unknownHost(_ address: RelayAddress) -> Self {
        Self(description: "the host name \(address.host) is unknown; correct it, or use an IP address")
    }

    static func noAnswer(_ target: RelayAddress, _ errorNumber: Int32) -> Self {
        Self(description: "the target \(target.text) \(Self.text(ofConnect: errorNumber)); start it first")
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
