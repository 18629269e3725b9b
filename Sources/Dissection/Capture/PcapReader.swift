/// Reads the pcap format (draft-ietf-opsawg-pcap).
struct PcapReader {
    private static let fileHeaderBytes = 24
    private static let recordHeaderBytes = 16

    private let isBigEndian: Bool
    private let nanosecondsPerUnit: Int64
    /// `nil` before the header of the file has been read.
    private var linkType: UInt32?

    /// - Returns: `nil` if the first four bytes are those of another format.
    init?(magic: UInt32) {
        switch magic {
        case 0xa1b2_c3d4: (isBigEndian, nanosecondsPerUnit) = (true, 1_000)
        case 0xd4c3_b2a1: (isBigEndian, nanosecondsPerUnit) = (false, 1_000)
        case 0xa1b2_3c4d: (isBigEndian, nanosecondsPerUnit) = (true, 1)
        case 0x4d3c_b2a1: (isBigEndian, nanosecondsPerUnit) = (false, 1)
        default: return nil
        }
    }

    /// Reads the file's header or one packet.
    ///
    /// - Parameters:
    ///   - bytes: The file from the header or packet on.
    ///   - place: Its position in the file.
    ///   - each: Called with the packet.
    /// - Returns: The number of bytes used; 0 if more are needed.
    /// - Throws: ``CaptureFault`` for a packet above 64 MiB.
    mutating func next(
        _ bytes: UnsafeRawBufferPointer, at place: Int, _ each: (CapturedPacket) -> Void
    ) throws(CaptureFault) -> Int {
        let reader = BinaryReader(bytes, isBigEndian: isBigEndian)
        guard let linkType else {
            guard bytes.count >= Self.fileHeaderBytes else { return 0 }
            // The upper bits describe frame check sequences.
            linkType = reader.uint32(at: 20).map { $0 & 0xffff }
            return Self.fileHeaderBytes
        }
        guard let seconds = reader.uint32(at: 0), let fraction = reader.uint32(at: 4),
            let captured = reader.uint32(at: 8), let wire = reader.uint32(at: 12)
        else { return 0 }
        guard captured <= CaptureReader.longestBlock else {
            throw CaptureFault("the packet at byte \(place) of the capture has the invalid length \(captured)")
        }
        guard let content = reader.range(Self.recordHeaderBytes, Int(captured)) else { return 0 }
        let time = Int64(seconds) * 1_000_000_000 + Int64(fraction) * nanosecondsPerUnit
        each(
            CapturedPacket(nanoseconds: time, linkType: linkType, bytes: Array(content), wireBytes: Int(wire)))
        return Self.recordHeaderBytes + Int(captured)
    }
}
