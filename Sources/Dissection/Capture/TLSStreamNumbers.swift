import NIOCore

/// Finds the connections of a capture by the numbers that tshark gives them.
///
/// The numbers are not those of ``CaptureDissection``: if ports are used again, tshark may begin another connection at
/// another packet. Both agree on ports, addresses and the numbers of packets.
package enum TLSStreamNumbers {
    /// Options of tshark that make it print one line per TLS connection for ``read(_:in:)``.
    package static let options =
        ["-Y", "tls.handshake.type == 1", "-T", "fields", "-E", "occurrence=f"] + fields.flatMap { ["-e", $0] }

    private static let fields = [
        "tcp.stream", "frame.number", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport",
    ]

    /// A Client Hello, the first message of TLS. tshark decrypts no connection without it.
    private struct ClientHello {
        let stream: Int
        let packet: Int
        let ends: Set<SocketAddress>

        init?(_ line: Substring) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == TLSStreamNumbers.fields.count, let stream = Int(fields[0]),
                let packet = Int(fields[1]), let source = Self.address(fields[2...4]),
                let destination = Self.address(fields[5...7])
            else { return nil }
            (self.stream, self.packet, ends) = (stream, packet, [source, destination])
        }

        /// One end, from the IPv4 address or nothing, the IPv6 address or nothing, and the port.
        private static func address(_ fields: ArraySlice<Substring>) -> SocketAddress? {
            guard let port = fields.last.flatMap({ UInt16($0) }) else { return nil }
            return try? SocketAddress(ipAddress: fields.dropLast().joined(), port: Int(port))
        }
    }

    private struct Match: Hashable {
        let index: Int
        let stream: Int
    }

    /// - Parameters:
    ///   - text: What tshark printed.
    ///   - streams: All connections of the capture, in the order of their first packets.
    /// - Returns: tshark's number by the index of the connection. A connection of which tshark makes two is missing,
    ///   and so are two of which it makes one.
    package static func read(_ text: String, in streams: [CapturedStream]) -> [Int: Int] {
        let indexesByEnds = Dictionary(grouping: streams.indices) { index in
            Set([streams[index].client, streams[index].server].compactMap(address))
        }
        var matches: Set<Match> = []
        for line in text.split(separator: "\n") {
            guard let hello = ClientHello(line), let indexes = indexesByEnds[hello.ends] else { continue }
            let next = indexes.partitionPoint { streams[$0].firstPacket > hello.packet }
            guard next > indexes.startIndex else { continue }
            matches.insert(Match(index: indexes[next - 1], stream: hello.stream))
        }
        let byIndex = Dictionary(grouping: matches, by: \.index)
        let byStream = Dictionary(grouping: matches, by: \.stream)
        let unique = matches.filter { byIndex[$0.index]?.count == 1 && byStream[$0.stream]?.count == 1 }
        return Dictionary(uniqueKeysWithValues: unique.map { ($0.index, $0.stream) })
    }

    private static func address(_ end: CapturedEndpoint) -> SocketAddress? {
        try? SocketAddress(packedIPAddress: ByteBuffer(bytes: end.address), port: Int(end.port))
    }
}
