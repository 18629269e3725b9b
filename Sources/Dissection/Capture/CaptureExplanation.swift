import WireAccounting

/// A dissected capture for people and programs: bytes by layer, per connection and in sum.
package struct CaptureExplanation: Sendable, Hashable, Codable {
    package struct Connection: Sendable, Hashable, Codable {
        package let client: String
        package let server: String
        /// What it carries, such as `http/1.1`.
        package let carries: WireProtocol
        /// What is inside TLS, if it was decrypted.
        package let inside: WireProtocol?
        /// Name of the transport, or `nil`.
        package let transport: String?
        package let target: String?
        package let seconds: Double
        package let packets: Int
        package let counts: DissectionCounts
        package let layers: [String: [String: Int64]]
        /// Bytes that the capture lacks.
        package let lostBytes: Int
        package let duplicateBytes: Int
        package let hasBeginning: Bool
        package let faults: [String]
        /// The latest messages; only if they were kept.
        package let messages: [ExplainedPart]

        enum CodingKeys: String, CodingKey {
            case client, server
            case carries = "protocol"
            case inside, transport, target, seconds, packets, counts, layers
            case lostBytes = "lost_bytes"
            case duplicateBytes = "duplicate_bytes"
            case hasBeginning = "has_beginning"
            case faults, messages
        }
    }

    package let comments: [String]
    /// What limits the result, in one sentence each.
    package let notes: [String]
    package let connections: [Connection]
    package let layers: [String: [String: Int64]]
    /// Bytes by layer, of the connections of each transport.
    package let transports: [String: [String: [String: Int64]]]

    package init(_ dissection: CaptureDissection) {
        comments = dissection.comments
        connections = dissection.streams.map(Self.connection)
        layers = LayerTable.of(dissection.ledger)
        transports = dissection.ledgersByTransport.mapValues { LayerTable.of($0.ledger) }
        notes = Self.notes(dissection)
    }

    private static func connection(_ stream: CapturedStream) -> Connection {
        let dissector = stream.content
        return Connection(
            client: "\(stream.client)", server: "\(stream.server)", carries: stream.dissector.wireProtocol,
            inside: stream.plaintext?.wireProtocol,
            transport: stream.transport, target: dissector.firstTarget,
            seconds: Double(stream.lastAt - stream.firstAt) / 1e9, packets: stream.packets, counts: dissector.counts,
            layers: LayerTable.of(stream.ledger), lostBytes: stream.lostBytes, duplicateBytes: stream.duplicateBytes,
            hasBeginning: stream.hasBeginning, faults: dissector.faults,
            messages: dissector.recent.map { MessageParts.part(of: $0) })
    }

    private static func notes(_ dissection: CaptureDissection) -> [String] {
        var notes: [String] = []
        if dissection.streams.isEmpty { notes.append("the capture has no TCP connection, and nothing is counted") }
        if dissection.isCut { notes.append("the capture ends inside a packet; that packet is not counted") }
        let withoutBeginning = dissection.streams.filter { !$0.hasBeginning }.count
        if withoutBeginning > 0 {
            notes.append(
                "the capture lacks the beginning of \(withoutBeginning) of "
                    + "\(dissection.streams.count.of("connection")); their bytes may be in the wrong layer")
        }
        let lost = dissection.streams.reduce(0) { $0 + $1.lostBytes }
        if lost > 0 { notes.append("the capture lacks \(lost) B of packets that were lost or cut; zeros replace them") }
        if dissection.otherPackets > 0 {
            notes.append("\(dissection.otherPackets.of("packet")) without TCP over IP, or in fragments: not counted")
        }
        if dissection.skippedPackets > 0 {
            notes.append(
                "\(dissection.skippedPackets.of("packet")) of connections after the first \(dissection.mostStreams): "
                    + "not counted")
        }
        for type in dissection.unknownLinkTypes.sorted() {
            notes.append("packets of link type \(type) cannot be read; record on Ethernet, loopback or 'any'")
        }
        let closed = dissection.streams.filter { $0.content.wireProtocol == .tls }.count
        if closed > 0 {
            notes.append(
                "\(closed.of("connection")) with TLS that could not be decrypted: only the sizes of records are known")
        }
        return notes
    }
}
