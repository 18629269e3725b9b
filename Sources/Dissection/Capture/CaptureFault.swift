/// A file of packets that cannot be read, in one sentence.
package struct CaptureFault: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ sentence: String) {
        description = sentence
    }
}

/// The encapsulation of a captured packet (tcpdump.org/linktypes.html).
package enum LinkType: UInt32, Sendable {
    case loopbackNull = 0
    case ethernet = 1
    case rawOpenBSD = 12
    case rawIP = 101
    case loopbackOpenBSD = 108
    case linuxCooked = 113
    case ipv4 = 228
    case ipv6 = 229
    case linuxCooked2 = 276
}

/// One captured packet.
package struct CapturedPacket: Sendable, Hashable {
    /// Since 1970-01-01 UTC.
    package let nanoseconds: Int64
    package let linkType: UInt32
    /// The captured bytes, from the link layer on.
    package let bytes: [UInt8]
    /// The length of the packet on the wire, which may be larger.
    package let wireBytes: Int

    package init(nanoseconds: Int64, linkType: UInt32, bytes: [UInt8], wireBytes: Int? = nil) {
        self.nanoseconds = nanoseconds
        self.linkType = linkType
        self.bytes = bytes
        self.wireBytes = wireBytes ?? bytes.count
    }
}

/// Numbers at positions of untrusted bytes.
struct BinaryReader {
    let bytes: UnsafeRawBufferPointer
    let isBigEndian: Bool

    init(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool) {
        (self.bytes, self.isBigEndian) = (bytes, isBigEndian)
    }

    func uint16(at position: Int) -> UInt16? { number(at: position, 2).map { UInt16(truncatingIfNeeded: $0) } }
    func uint32(at position: Int) -> UInt32? { number(at: position, 4).map { UInt32(truncatingIfNeeded: $0) } }
    func uint64(at position: Int) -> UInt64? { number(at: position, 8) }

    /// - Returns: `nil` if a part is outside.
    func range(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer? {
        guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[start..<start + count])
    }

    private func number(at position: Int, _ width: Int) -> UInt64? {
        guard let part = range(position, width) else { return nil }
        return isBigEndian
            ? part.reduce(0) { $0 << 8 | UInt64($1) } : part.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
