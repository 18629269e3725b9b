import WireAccounting

/// The answer to `GET /lanes/ID`.
///
/// Its JSON is written by hand: thirty browsers request 150 reports per second, and `JSONEncoder` took 6 % of the
/// server's time for them. None of its texts needs an escape.
struct LaneReport {
    private let id: String
    private let counts: Lane.Counts
    private let open: Int

    init(_ lane: Lane, open: Int) {
        id = lane.id
        counts = lane.snapshot
        self.open = open
    }

    var json: String {
        let bytes = counts.bytes
        let (tlsUp, tlsDown) = (bytes[.tls, .up], bytes[.tls, .down])
        let kernel =
            counts.unreadKernelCounters == 0 ? Self.directions(counts.kernel.up, counts.kernel.down) : "null"
        let layers = Self.directions(Self.layers(of: bytes, .up), Self.layers(of: bytes, .down))
        let plaintext = Self.directions(
            bytes.tcpPayloadBytes(.up) - tlsUp, bytes.tcpPayloadBytes(.down) - tlsDown)
        let transport = counts.transport.map { "\"\($0)\"" } ?? "null"
        return #"{"connections":\#(counts.connections),"id":"\#(id)","items":\#(counts.items),"kernel":\#(kernel),"#
            + #""layers":\#(layers),"open":\#(open),"plaintext":\#(plaintext),"requests":\#(counts.requests),"#
            + #""tls":\#(Self.directions(tlsUp, tlsDown)),"transport":\#(transport)}"#
    }

    private static func directions(_ up: some CustomStringConvertible, _ down: some CustomStringConvertible) -> String {
        #"{"down":\#(down),"up":\#(up)}"#
    }

    /// TCP and IP headers are not counted here.
    private static func layers(of bytes: ByteLedger, _ direction: Direction) -> String {
        let layers = ByteLayer.allCases.filter { $0 != .tcpIP }
        return "{" + layers.map { #""\#($0.rawValue)":\#(bytes[$0, direction])"# }.joined(separator: ",") + "}"
    }
}
