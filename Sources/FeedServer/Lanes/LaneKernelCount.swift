import WireAccounting

/// The kernel's count of bytes that are reported to a lane.
enum LaneKernelReading: Sendable {
    case count(LaneKernelCount)
    case unreadable
    /// Not read now; a later report has it.
    case later

    init(_ count: KernelCount?) {
        self = count.map { .count(LaneKernelCount($0)) } ?? .unreadable
    }

    /// The count for a part of the bytes that belongs to one stream.
    func ofStream(_ bytes: ByteLedger) -> Self {
        if case .unreadable = self { .unreadable } else { .count(LaneKernelCount(bytes)) }
    }
}

/// Payload bytes that the kernel has counted on a lane's connections, without retransmissions.
struct LaneKernelCount: Sendable, Equatable, Encodable {
    var up: Int64 = 0
    var down: Int64 = 0

    init() {}

    init(_ count: KernelCount) {
        (up, down) = (count.bytesUp, count.bytesDown)
    }

    /// The kernel's count of these bytes.
    init(_ bytes: ByteLedger) {
        (up, down) = (bytes.tcpPayloadBytes(.up), bytes.tcpPayloadBytes(.down))
    }

    mutating func add(_ other: Self) {
        up += other.up
        down += other.down
    }

    mutating func subtract(_ other: Self) {
        up -= other.up
        down -= other.down
    }

    func since(_ earlier: Self) -> Self {
        var result = Self()
        (result.up, result.down) = (up - earlier.up, down - earlier.down)
        return result
    }
}
