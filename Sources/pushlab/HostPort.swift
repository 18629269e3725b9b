import ArgumentParser
import LinkRelay
import Measurement

/// Reads `HOST:PORT`; an IPv6 address is in brackets.
enum HostPort {
    /// - Parameter ports: The allowed ports.
    /// - Returns: A reader for an option.
    static func reader(ports: ClosedRange<Int>) -> @Sendable (String) throws -> RelayAddress {
        { text in
            let refusal = ValidationError("is \(ShownValue.text(text)); allowed HOST:PORT, such as 127.0.0.1:8080")
            guard let found = text.wholeMatch(of: /(?:\[([0-9A-Fa-f:.%]+)\]|([^:\/\[\]\s]+)):([0-9]{1,9})/),
                let host = found.1 ?? found.2, let port = Int(found.3)
            else { throw refusal }
            guard ports.contains(port) else {
                throw ValidationError("has port \(port); allowed \(ports.lowerBound) to \(ports.upperBound)")
            }
            return RelayAddress(host: String(host), port: port)
        }
    }
}
