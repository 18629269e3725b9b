import Measurement
import Transports
import WireAccounting

/// One TCP connection of a capture, dissected.
package struct CapturedStream {
    package let client: CapturedEndpoint
    package let server: CapturedEndpoint
    /// The number of its first packet in the file, from 1.
    let firstPacket: Int
    /// Nanoseconds since 1970-01-01 UTC of the first and last packet.
    package let firstAt: Int64
    package private(set) var lastAt: Int64
    package private(set) var packets = 0
    /// The bytes of the connection as on the wire.
    package private(set) var dissector: ConnectionDissector
    /// What TLS carries, if another program has decrypted it.
    package private(set) var plaintext: ConnectionDissector?
    /// Bytes that the capture lacks, in packets that were lost or cut.
    package private(set) var lostBytes = 0

    private var headerBytesUp = 0
    private var headerBytesDown = 0
    private var up = StreamAssembler()
    private var down = StreamAssembler()
    private(set) var hasEnded = false

    // Zeros that may still replace lost bytes.
    private var fillableBytes = 16 << 20

    init(
        client: CapturedEndpoint, server: CapturedEndpoint, firstPacket: Int, firstAt: Int64, limits: DissectionLimits
    ) {
        (self.client, self.server, self.firstPacket, self.firstAt) = (client, server, firstPacket, firstAt)
        lastAt = firstAt
        dissector = ConnectionDissector(limits: limits)
    }

    /// All layers, headers of TCP and IP included.
    package var ledger: ByteLedger {
        var ledger = plaintext?.ledger ?? dissector.ledger
        if plaintext != nil {
            // TLS adds everything that is not plaintext.
            for direction in Direction.allCases {
                let wire = dissector.ledger.tcpPayloadBytes(direction)
                ledger.book(Int(wire - ledger.tcpPayloadBytes(direction)), .tls, direction)
            }
        }
        ledger.book(headerBytesUp, .tcpIP, .up)
        ledger.book(headerBytesDown, .tcpIP, .down)
        return ledger
    }

    /// The innermost protocol that can be read.
    package var content: ConnectionDissector { plaintext ?? dissector }

    /// Takes the plaintext of a TLS connection, in its order.
    package mutating func decrypted(_ pieces: [TLSPlaintext.Piece], limits: DissectionLimits) {
        guard dissector.wireProtocol == .tls, !pieces.isEmpty else { return }
        var inner = ConnectionDissector(limits: limits)
        for piece in pieces { inner.take(piece.bytes, piece.direction, at: MonotonicInstant(nanoseconds: firstAt)) }
        plaintext = inner
    }

    /// Whether the capture has the beginning of the connection.
    package var hasBeginning: Bool { up.hasBeginning || down.hasBeginning }

    /// Bytes that were sent again, both directions.
    package var duplicateBytes: Int { up.duplicateBytes + down.duplicateBytes }

    /// Name of the transport, by the first request or line; `nil` for anything else.
    package var transport: String? {
        let registry = TransportRegistry.standard
        if content.wireProtocol == .rawTCP { return registry.firstLines.first?.name }
        guard let target = content.firstTarget else { return nil }
        let path = String(target.prefix { $0 != "?" })
        let push = registry.push.first { $0.entrance.text == path || $0.otherPaths.contains { "\($0)" == path } }
        return push?.name ?? (registry.echo.contains { $0.entrance.text == path } ? "echo" : nil)
    }

    mutating func take(_ segment: TCPSegment, at nanoseconds: Int64) {
        packets += 1
        lastAt = max(lastAt, nanoseconds)
        if segment.isFIN || segment.isRST { hasEnded = true }
        let direction: Direction = segment.source == client ? .up : .down
        let addition: StreamAssembler.Addition
        switch direction {
        case .up:
            headerBytesUp += segment.headerBytes
            addition = up.take(segment)
        case .down:
            headerBytesDown += segment.headerBytes
            addition = down.take(segment)
        }
        pass(addition, direction)
    }

    /// The capture has ended: bytes that wait for lost packets are read, with zeros in the gaps.
    mutating func finish() {
        for direction in Direction.allCases {
            while true {
                let addition = direction == .up ? up.finish() : down.finish()
                if addition.bytes.isEmpty { break }
                pass(addition, direction)
            }
        }
        lostBytes += up.cutBytes + down.cutBytes
    }

    private mutating func pass(_ addition: StreamAssembler.Addition, _ direction: Direction) {
        let now = MonotonicInstant(nanoseconds: lastAt)
        if addition.lost > 0 {
            lostBytes += addition.lost
            // Zeros replace lost bytes, so that later bytes keep their place.
            let filling = [UInt8](repeating: 0, count: min(addition.lost, fillableBytes))
            fillableBytes -= filling.count
            dissector.take(filling, direction, at: now)
        }
        dissector.take(addition.bytes, direction, at: now)
    }
}
