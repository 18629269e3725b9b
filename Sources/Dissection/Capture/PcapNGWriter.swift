/// Writes pcapng, and adds a comment and TLS secrets to captures of other programs (draft-ietf-opsawg-pcapng).
package enum PcapNGWriter {
    private static let decryptionSecrets: UInt32 = 0x0a
    private static let tlsKeyLog: UInt32 = 0x544c_534b

    /// The beginning of a file with one interface whose times are in nanoseconds.
    ///
    /// - Parameters:
    ///   - comment: What the capture shows, such as the name of a case.
    ///   - linkType: The encapsulation of all packets.
    /// - Returns: The bytes before the first packet.
    package static func beginning(comment: String, linkType: LinkType) -> [UInt8] {
        let resolution: [UInt8] = [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]
        let description = block(1, little16(UInt16(linkType.rawValue)) + [0, 0] + little32(0) + resolution)
        return section(comment: comment) + description
    }

    /// A packet of that interface.
    ///
    /// - Parameters:
    ///   - bytes: The captured bytes, from the link layer on.
    ///   - wireBytes: Length of the packet on the wire.
    ///   - nanoseconds: Since 1970-01-01 UTC.
    /// - Returns: The bytes of its block.
    package static func packet(
        _ bytes: some Collection<UInt8>, wireBytes: Int, nanoseconds: Int64
    ) -> [UInt8] {
        let time = UInt64(bitPattern: nanoseconds)
        let head =
            little32(0) + little32(UInt32(truncatingIfNeeded: time >> 32)) + little32(UInt32(truncatingIfNeeded: time))
            + little32(UInt32(bytes.count)) + little32(UInt32(truncatingIfNeeded: wireBytes))
        return block(PcapNGReader.enhancedPacket, head + padded(bytes))
    }

    /// The secrets of TLS connections in the format of SSLKEYLOGFILE, so that Wireshark shows plaintext.
    package static func secrets(_ keyLog: [UInt8]) -> [UInt8] {
        keyLog.isEmpty
            ? [] : block(decryptionSecrets, little32(tlsKeyLog) + little32(UInt32(keyLog.count)) + padded(keyLog))
    }

    /// A section header with its options is shorter than this.
    package static let longestSectionHeader = 64 << 10

    /// A new beginning for a capture: it adds a comment, and the secrets before the first packet.
    ///
    /// - Parameters:
    ///   - beginning: The first bytes of the file, ``longestSectionHeader`` if it is that long.
    ///   - comment: What the capture shows, such as the name of a case.
    ///   - keyLog: Secrets in the format of SSLKEYLOGFILE; empty for none.
    /// - Returns: The new bytes, and the number of bytes that they replace; `nil` if the file does not begin with a
    ///   little-endian section.
    package static func annotation(
        of beginning: [UInt8], comment: String, keyLog: [UInt8]
    ) -> (bytes: [UInt8], replacedBytes: Int)? {
        let length = beginning.withUnsafeBytes { raw -> Int? in
            let reader = BinaryReader(raw, isBigEndian: false)
            guard reader.uint32(at: 0) == PcapNGReader.sectionHeader, reader.uint32(at: 8) == 0x1a2b_3c4d,
                let length = reader.uint32(at: 4), reader.range(0, Int(length)) != nil, length >= 28
            else { return nil }
            return Int(length)
        }
        return length.map { (section(comment: comment) + secrets(keyLog), $0) }
    }

    private static func section(comment: String) -> [UInt8] {
        let text = Array(comment.utf8.prefix(60_000))
        let options = text.isEmpty ? [] : little16(1) + little16(UInt16(text.count)) + padded(text) + [0, 0, 0, 0]
        let unknownLength = [UInt8](repeating: 0xff, count: 8)
        return block(
            PcapNGReader.sectionHeader, little32(0x1a2b_3c4d) + little16(1) + little16(0) + unknownLength + options)
    }

    private static func block(_ type: UInt32, _ body: [UInt8]) -> [UInt8] {
        let length = little32(UInt32(body.count + 12))
        return little32(type) + length + body + length
    }

    private static func padded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
    }

    private static func little16(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xff), UInt8(value >> 8)] }

    private static func little32(_ value: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
