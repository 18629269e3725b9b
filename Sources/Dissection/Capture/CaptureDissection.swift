import WireAccounting

/// All TCP connections of a capture, dissected.
package struct CaptureDissection {
    package var streams: [CapturedStream] = []
    /// Packets that are not TCP over IP, or whose headers are incomplete.
    package private(set) var otherPackets = 0
    /// Link types of packets that cannot be read; these packets are not in ``otherPackets``.
    package private(set) var unknownLinkTypes: Set<UInt32> = []
    /// Comments of the file, such as the name of a case.
    package private(set) var comments: [String] = []
    /// Whether the file ends inside a packet, so that the last one is missing.
    package private(set) var isCut = false
    /// Packets of connections beyond the limit; they are not counted.
    package private(set) var skippedPackets = 0
    /// The number of connections that are dissected.
    let mostStreams: Int

    private let limits: DissectionLimits
    private var packets = 0
    // The latest connection between two ends.
    private var indexOfStream: [EndpointPair: Int] = [:]

    /// - Parameter limits: What is kept of each connection.
    package init(limits: DissectionLimits = .countsOnly) {
        self.init(limits: limits, mostStreams: 100_000)
    }

    init(limits: DissectionLimits = .countsOnly, mostStreams: Int) {
        (self.limits, self.mostStreams) = (limits, mostStreams)
    }

    /// Dissects all packets of a file.
    package init(_ capture: PacketCapture, limits: DissectionLimits = .countsOnly) {
        self.init(limits: limits)
        for packet in capture.packets { take(packet) }
        finish(comments: capture.comments, isCut: capture.isCut)
    }

    /// Takes the next packet of the file.
    package mutating func take(_ packet: CapturedPacket) {
        packets += 1
        guard let segment = TCPSegment(packet) else {
            if LinkType(rawValue: packet.linkType) != nil {
                otherPackets += 1
            } else {
                unknownLinkTypes.insert(packet.linkType)
            }
            return
        }
        let ends = EndpointPair(segment.source, segment.destination)
        let isNew = segment.isSYN && !segment.isACK
        if let index = indexOfStream[ends], !(isNew && streams[index].hasEnded) {
            streams[index].take(segment, at: packet.nanoseconds)
            return
        }
        guard streams.count < mostStreams else {
            // Later packets do not belong to the connection that used these ports before.
            indexOfStream[ends] = nil
            skippedPackets += 1
            return
        }
        indexOfStream[ends] = streams.count
        let (client, server) = Self.roles(segment)
        streams.append(
            CapturedStream(
                client: client, server: server, firstPacket: packets, firstAt: packet.nanoseconds, limits: limits))
        streams[streams.count - 1].take(segment, at: packet.nanoseconds)
    }

    /// The file has ended.
    package mutating func finish(comments: [String], isCut: Bool) {
        (self.comments, self.isCut) = (comments, isCut)
        for index in streams.indices { streams[index].finish() }
    }

    /// Client and server, by the flags of the first segment, the first bytes, or the port numbers.
    private static func roles(_ segment: TCPSegment) -> (client: CapturedEndpoint, server: CapturedEndpoint) {
        let bySource: Bool
        if segment.isSYN {
            bySource = !segment.isACK
        } else if segment.payload.starts(with: "HTTP/".utf8) {
            bySource = false
        } else if segment.payload.isEmpty || segment.payload.first == 0 {
            bySource = segment.source.port >= segment.destination.port
        } else {
            let word = segment.payload.prefix { $0 >= 0x41 && $0 <= 0x5a }
            bySource = word.count >= 3 || segment.source.port >= segment.destination.port
        }
        return bySource ? (segment.source, segment.destination) : (segment.destination, segment.source)
    }

    /// The sum of all connections.
    package var ledger: ByteLedger {
        streams.reduce(into: ByteLedger()) { $0.merge($1.ledger) }
    }

    /// The sums per transport, with the number of connections; connections of no transport are missing.
    package var ledgersByTransport: [String: (connections: Int, ledger: ByteLedger)] {
        var sums: [String: (connections: Int, ledger: ByteLedger)] = [:]
        for stream in streams {
            guard let name = stream.transport else { continue }
            var sum = sums[name] ?? (0, ByteLedger())
            sum.connections += 1
            sum.ledger.merge(stream.ledger)
            sums[name] = sum
        }
        return sums
    }
}
