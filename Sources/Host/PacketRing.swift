import CLinux
import Glibc

/// Records the TCP packets of the loopback interface in memory that the kernel shares (packet(7)). Needs the permission
/// CAP_NET_RAW.
package struct PacketRing: ~Copyable {
    /// A packet from its Ethernet header on.
    package struct Packet {
        /// Valid only while it is read.
        package let bytes: UnsafeRawBufferPointer
        /// Length on the wire, which can be larger.
        package let wireBytes: Int
        /// Since 1970-01-01 UTC.
        package let nanoseconds: Int64
    }

    /// Why packets cannot be recorded, in the system's words.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    /// Holds what arrives between two calls of ``read(_:)``.
    private static let ringBytes: UInt32 = 64 << 20

    private var ring = pushlab_packet_ring()

    /// Begins to record.
    ///
    /// - Parameter port: Packets from and to this port are recorded.
    /// - Throws: ``Fault``, for example without permission.
    package init(port: UInt16) throws(Fault) {
        let isOpen = pushlab_open_packet_ring(&ring, "lo", port, Self.ringBytes)
        if !isOpen { throw Fault(description: String(cString: strerror(errno))) }
    }

    deinit {
        var ring = ring
        pushlab_close_packet_ring(&ring)
    }

    /// Reads all packets that are there. A packet appears at most 50 ms after its arrival.
    package mutating func read(_ take: (Packet) throws -> Void) rethrows {
        var packet = pushlab_packet()
        while pushlab_next_packet(&ring, &packet) {
            try take(
                Packet(
                    bytes: UnsafeRawBufferPointer(start: packet.bytes, count: Int(packet.captured)),
                    wireBytes: Int(packet.length), nanoseconds: packet.arrived_ns))
        }
    }

    /// The number of packets that were lost since the last call because the ring was full.
    package mutating func takeDropped() -> Int {
        Int(pushlab_take_dropped_packets(&ring))
    }
}
