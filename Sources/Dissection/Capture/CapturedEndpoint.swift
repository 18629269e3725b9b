/// One end of a TCP connection.
package struct CapturedEndpoint: Sendable, Hashable, CustomStringConvertible {
    package let port: UInt16
    private let isIPv6: Bool
    // Two numbers, because an array would take memory for each packet.
    private let high: UInt64
    private let low: UInt64

    /// - Parameters:
    ///   - address: 4 or 16 bytes.
    ///   - port: Its port.
    init(address: UnsafeRawBufferPointer, port: UInt16) {
        self.port = port
        isIPv6 = address.count == 16
        if isIPv6 {
            high = address.loadUnaligned(as: UInt64.self).bigEndian
            low = address.loadUnaligned(fromByteOffset: 8, as: UInt64.self).bigEndian
        } else {
            (high, low) = (0, UInt64(address.loadUnaligned(as: UInt32.self).bigEndian))
        }
    }

    /// 4 or 16 bytes.
    var address: [UInt8] {
        let bytes = [high, low].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
        return isIPv6 ? bytes : bytes.suffix(4)
    }

    package var description: String {
        let address = address
        if !isIPv6 { return address.map(String.init).joined(separator: ".") + ":\(port)" }
        let groups = stride(from: 0, to: address.count - 1, by: 2).map { index in
            String(UInt16(address[index]) << 8 | UInt16(address[index + 1]), radix: 16)
        }
        return "[\(groups.joined(separator: ":"))]:\(port)"
    }

    fileprivate func isBefore(_ other: Self) -> Bool {
        (port, high, low) < (other.port, other.high, other.low)
    }
}

/// Both ends of a connection, whichever of them sends.
struct EndpointPair: Hashable {
    private let first: CapturedEndpoint
    private let second: CapturedEndpoint

    init(_ one: CapturedEndpoint, _ other: CapturedEndpoint) {
        (first, second) = other.isBefore(one) ? (other, one) : (one, other)
    }
}
