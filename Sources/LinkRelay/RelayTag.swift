/// The socket that an event of epoll belongs to.
struct RelayTag {
    enum Side: UInt64, Sendable { case client, server }

    let slot: Int
    let side: Side
    /// The number of the connection, modulo 2^31: slots are used again.
    let number: UInt64

    init(_ connection: RelayedConnection, _ side: Side) {
        (slot, self.side, number) = (connection.slot, side, connection.number & 0x7fff_ffff)
    }

    init(_ tag: UInt64) {
        slot = Int(tag & 0xffff_ffff)
        side = tag >> 32 & 1 == 0 ? .client : .server
        number = tag >> 33
    }

    var value: UInt64 { UInt64(slot) | side.rawValue << 32 | number << 33 }
}
