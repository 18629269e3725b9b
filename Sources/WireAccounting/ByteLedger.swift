/// Counts the bytes of one or many connections by layer and direction.
///
/// It takes 176 bytes inline, so each connection can have one, and counting costs one addition.
package struct ByteLedger: Sendable, Hashable, Codable {
    /// One row of `layers.csv`.
    package struct Entry: Sendable, Hashable {
        package var direction: Direction
        package var layer: ByteLayer
        package var bytes: Int64
    }

    package private(set) var up = LayerCounts()
    package private(set) var down = LayerCounts()
    /// The part of the TLS bytes that is in records without application data, both directions.
    package private(set) var tlsSetupBytes: Int64 = 0
    /// The size of compressed payload before compression; not one of the layers.
    package private(set) var inflatedBytes: Int64 = 0

    package init() {}

    /// Adds bytes to a layer; a negative number corrects an earlier count.
    package mutating func book(_ bytes: Int, _ layer: ByteLayer, _ direction: Direction) {
        switch direction {
        case .up: up[layer] += Int64(bytes)
        case .down: down[layer] += Int64(bytes)
        }
    }

    /// Adds the bytes that TLS added to one direction of connections that have ended.
    ///
    /// - Parameters:
    ///   - bytes: All bytes of TLS except application data.
    ///   - setup: The part in records without application data: handshake, session tickets, alerts.
    ///   - direction: As seen from the client.
    package mutating func bookTLS(_ bytes: Int, setup: Int, _ direction: Direction) {
        book(bytes, .tls, direction)
        tlsSetupBytes += Int64(setup)
    }

    /// Adds the uncompressed size of items that a transport compresses.
    package mutating func bookInflated(_ bytes: Int) {
        inflatedBytes += Int64(bytes)
    }

    package mutating func merge(_ other: Self) {
        inflatedBytes += other.inflatedBytes
        tlsSetupBytes += other.tlsSetupBytes
        up += other.up
        down += other.down
    }

    /// The bytes since an earlier state of this ledger.
    package func since(_ earlier: Self) -> Self {
        var result = Self()
        result.inflatedBytes = inflatedBytes - earlier.inflatedBytes
        result.tlsSetupBytes = tlsSetupBytes - earlier.tlsSetupBytes
        for layer in ByteLayer.allCases {
            result.up[layer] = up[layer] - earlier.up[layer]
            result.down[layer] = down[layer] - earlier.down[layer]
        }
        return result
    }

    package subscript(layer: ByteLayer, direction: Direction) -> Int64 {
        direction == .up ? up[layer] : down[layer]
    }

    /// The bytes of a layer in both directions.
    package subscript(layer: ByteLayer) -> Int64 { up[layer] + down[layer] }

    /// TCP payload in one direction: all layers except TCP/IP.
    package func tcpPayloadBytes(_ direction: Direction) -> Int64 {
        sum(of: \.isTCPPayload, direction)
    }

    /// The bytes of the items themselves, both directions.
    package var payloadBytes: Int64 { self[.payload] }

    /// TCP payload without items and setup, both directions.
    package var overheadBytes: Int64 {
        sum(of: \.isOverhead, .up) + sum(of: \.isOverhead, .down) + self[.tls] - tlsSetupBytes
    }

    /// Handshakes of the transport, and TLS records without application data, both directions.
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
