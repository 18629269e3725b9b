import WireAccounting

/// Bytes by direction and layer; fractions are expected values.
package struct LayerBytes: Sendable, Equatable {
    /// A direction and a layer.
    package struct Place: Hashable, Sendable {
        /// From client to server, or back.
        package let direction: Direction
        /// Any layer.
        package let layer: ByteLayer

        /// `up.http_head`, as in expressions.
        package var name: String { "\(direction.rawValue).\(layer.rawValue)" }
    }

    private var bytes: [Place: Double] = [:]

    /// No bytes.
    package init() {}

    /// Bytes of a layer in a direction; 0 without any.
    package subscript(layer: ByteLayer, direction: Direction) -> Double {
        get { bytes[Place(direction: direction, layer: layer), default: 0] }
        set { bytes[Place(direction: direction, layer: layer)] = newValue }
    }

    mutating func add(_ ledger: ByteLedger, times count: Double) {
        for entry in ledger.entries where entry.bytes != 0 {
            self[entry.layer, entry.direction] += Double(entry.bytes) * count
        }
    }

    /// Every direction and layer except TCP/IP, in the order of `layers.csv`.
    package static let places = Direction.allCases.flatMap { direction in
        ByteLayer.allCases.filter { $0 != .tcpIP }.map { Place(direction: direction, layer: $0) }
    }

    /// The same for a place.
    package subscript(place: Place) -> Double { self[place.layer, place.direction] }

    /// TCP payload of one direction.
    package func tcpPayload(_ direction: Direction) -> Double {
        Self.places.reduce(0) { $1.direction == direction ? $0 + self[$1] : $0 }
    }

    /// TCP payload of both directions.
    package var tcpPayload: Double { tcpPayload(.up) + tcpPayload(.down) }

    private func both(_ layer: ByteLayer) -> Double { self[layer, .up] + self[layer, .down] }

    /// Items as carried.
    package var payload: Double { both(.payload) }
    /// Opening handshakes of the transport.
    package var setup: Double { both(.handshake) }
    /// Neither items nor opening handshakes.
    package var overhead: Double { tcpPayload - payload - setup }
}
