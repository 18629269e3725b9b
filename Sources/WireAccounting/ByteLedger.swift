/// Books every byte of one or many conversations under its layer and direction.
///
/// 176 bytes, stored inline, so each connection can hold one and booking costs an addition.
package struct ByteLedger: Sendable, Hashable, Codable {
    /// One line of `layers.csv`.
    package struct Entry: Sendable, Hashable {
        package var direction: Direction
        package var layer: ByteLayer
        package var bytes: Int64
    }

    package private(set) var up = LayerCounts()
    package private(set) var down = LayerCounts()
    /// Of the bytes booked as TLS, both ways, those of records that carried nothing of the application's.
    package private(set) var tlsSetupBytes: Int64 = 0
    /// What the payload of compressed transports was before compression; beside the layers, not among them.
    package private(set) var inflatedBytes: Int64 = 0

    package init() {}

    /// Adds bytes to a layer; a negative number takes back what was booked too early.
    package mutating func book(_ bytes: Int, _ layer: ByteLayer, _ direction: Direction) {
        switch direction {
        case .up: up[layer] += Int64(bytes)
        case .down: down[layer] += Int64(bytes)
        }
    }

    /// Books what TLS added to one direction of one connection or many, once they have ended.
    ///
    /// - Parameters:
    ///   - bytes: Everything TLS sent beyond what it carried.
    ///   - setup: The part of it in records that carried nothing: handshake, session tickets, alerts.
    ///   - direction: Seen from the client.
    package mutating func bookTLS(_ bytes: Int, setup: Int, _ direction: Direction) {
        book(bytes, .tls, direction)
        tlsSetupBytes += Int64(setup)
    }

    /// Adds items as their receiver has them, of a transport that compresses them.
    package mutating func bookInflated(_ bytes: Int) {
        inflatedBytes += Int64(bytes)
    }

    mutating func merge(_ other: Self) {
        inflatedBytes += other.inflatedBytes
        tlsSetupBytes += other.tlsSetupBytes
        for layer in ByteLayer.allCases {
            up[layer] += other.up[layer]
            down[layer] += other.down[layer]
        }
    }

    package subscript(layer: ByteLayer, direction: Direction) -> Int64 {
        direction == .up ? up[layer] : down[layer]
    }

    /// The bytes of a layer in both directions.
    package subscript(layer: ByteLayer) -> Int64 { up[layer] + down[layer] }

    /// What went inside TCP segments in one direction: every layer but TCP/IP.
    package func tcpPayloadBytes(_ direction: Direction) -> Int64 {
        sum(of: \.isTCPPayload, direction)
    }

    /// The items' own bytes, both ways.
    package var payloadBytes: Int64 { self[.payload] }

    /// What carrying the items cost beyond them, both ways: TCP payload without items and set-up.
    package var overheadBytes: Int64 {
        sum(of: \.isOverhead, .up) + sum(of: \.isOverhead, .down) + self[.tls] - tlsSetupBytes
    }

    /// What opening the way cost, both ways: handshakes of the transport and of TLS.
    package var setupBytes: Int64 { self[.handshake] + tlsSetupBytes }

    /// All layers of both directions, in the order of ``ByteLayer``, zeros included.
    package var entries: [Entry] {
        Direction.allCases.flatMap { direction in
            ByteLayer.allCases.map { Entry(direction: direction, layer: $0, bytes: self[$0, direction]) }
        }
    }

    private func sum(of isIncluded: (ByteLayer) -> Bool, _ direction: Direction) -> Int64 {
        ByteLayer.allCases.reduce(0) { isIncluded($1) ? $0 + self[$1, direction] : $0 }
    }
}
