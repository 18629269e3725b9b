/// A TCP segment found in a captured packet.
struct TCPSegment: Sendable, Equatable {
    let source: CapturedEndpoint
    let destination: CapturedEndpoint
    let sequence: UInt32
    let isSYN: Bool
    let isACK: Bool
    let isFIN: Bool
    let isRST: Bool
    /// The captured part of the payload.
    let payload: [UInt8]
    /// Length of the payload by the IP header, which may be larger.
    let payloadBytes: Int
    /// Bytes of IP and TCP headers.
    let headerBytes: Int

    /// - Returns: `nil` if the packet carries no TCP over IP, or its headers are incomplete.
    init?(_ packet: CapturedPacket) {
        let found = packet.bytes.withUnsafeBytes { raw -> TCPSegment? in
            guard let start = Self.internetHeader(raw, packet.linkType), let version = raw[start...].first
            else { return nil }
            return version >> 4 == 4 ? Self.ipv4(raw, start) : version >> 4 == 6 ? Self.ipv6(raw, start) : nil
        }
        guard let found else { return nil }
        self = found
    }

    /// Position of the IP header.
    private static func internetHeader(_ raw: UnsafeRawBufferPointer, _ linkType: UInt32) -> Int? {
        let start: Int
        switch LinkType(rawValue: linkType) {
        case .ethernet?: start = ethernetHeader(raw)
        case .loopbackNull?, .loopbackOpenBSD?: start = 4
        case .rawIP?, .rawOpenBSD?, .ipv4?, .ipv6?: start = 0
        case .linuxCooked?: start = 16
        case .linuxCooked2?: start = 20
        case nil: return nil
        }
        return start < raw.count ? start : nil
    }

    /// Ethernet with up to two VLAN tags.
    private static func ethernetHeader(_ raw: UnsafeRawBufferPointer) -> Int {
        let reader = BinaryReader(raw, isBigEndian: true)
        var position = 12
        for _ in 0..<2 {
            let type = reader.uint16(at: position)
            guard type == 0x8100 || type == 0x88a8 else { break }
            position += 4
        }
        return position + 2
    }

    private static func ipv4(_ raw: UnsafeRawBufferPointer, _ start: Int) -> TCPSegment? {
        let reader = BinaryReader(raw, isBigEndian: true)
        guard let header = reader.range(start, 20), let total = reader.uint16(at: start + 2),
            let fragment = reader.uint16(at: start + 6), header[9] == 6, fragment & 0x3fff == 0
        else { return nil }
        let length = Int(header[0] & 0x0f) * 4
        guard length >= 20 else { return nil }
        // With segmentation offload, the kernel may leave the total length 0.
        let end = total == 0 ? raw.count : start + Int(total)
        guard let source = reader.range(start + 12, 4), let destination = reader.range(start + 16, 4)
        else { return nil }
        return tcp(raw, start + length, end: end, source, destination, ipBytes: length)
    }

    private static func ipv6(_ raw: UnsafeRawBufferPointer, _ start: Int) -> TCPSegment? {
        let reader = BinaryReader(raw, isBigEndian: true)
        guard let header = reader.range(start, 40), let length = reader.uint16(at: start + 4) else { return nil }
        let end = length == 0 ? raw.count : start + 40 + Int(length)
        // Hop-by-hop options, routing and destination options (RFC 8200 §4) may come before TCP.
        var (next, ipBytes) = (header[6], 40)
        while [0, 43, 60].contains(next) {
            guard let option = reader.range(start + ipBytes, 2) else { return nil }
            next = option[0]
            ipBytes += (Int(option[1]) + 1) * 8
        }
        guard next == 6, let source = reader.range(start + 8, 16), let destination = reader.range(start + 24, 16)
        else { return nil }
        return tcp(raw, start + ipBytes, end: end, source, destination, ipBytes: ipBytes)
    }

    private static func tcp(
        _ raw: UnsafeRawBufferPointer, _ start: Int, end: Int, _ source: UnsafeRawBufferPointer,
        _ destination: UnsafeRawBufferPointer, ipBytes: Int
    ) -> TCPSegment? {
        let reader = BinaryReader(raw, isBigEndian: true)
        guard let header = reader.range(start, 20), let from = reader.uint16(at: start),
            let to = reader.uint16(at: start + 2), let sequence = reader.uint32(at: start + 4)
        else { return nil }
        let length = Int(header[12] >> 4) * 4
        guard length >= 20, start + length <= end else { return nil }
        let captured = max(0, min(end, raw.count) - start - length)
        guard let payload = reader.range(min(start + length, raw.count), captured) else { return nil }
        return TCPSegment(
            source: CapturedEndpoint(address: source, port: from),
            destination: CapturedEndpoint(address: destination, port: to), sequence: sequence, flags: header[13],
            payload: Array(payload), payloadBytes: end - start - length, headerBytes: ipBytes + length)
    }

    init(
        source: CapturedEndpoint, destination: CapturedEndpoint, sequence: UInt32, flags: UInt8, payload: [UInt8],
        payloadBytes: Int? = nil, headerBytes: Int = 52
    ) {
        (self.source, self.destination, self.sequence) = (source, destination, sequence)
        (isFIN, isSYN) = (flags & 0x01 != 0, flags & 0x02 != 0)
        (isRST, isACK) = (flags & 0x04 != 0, flags & 0x10 != 0)
        self.payload = payload
        self.payloadBytes = payloadBytes ?? payload.count
        self.headerBytes = headerBytes
    }
}
