/// Reads a file of packets piece by piece: pcapng, or the older pcap. Keeps at most one packet.
package struct CaptureReader {
    private enum Format {
        case unknown
        case pcapNG(PcapNGReader)
        case pcap(PcapReader)
    }

    /// The longest packet or block that is read.
    static let longestBlock = 64 << 20

    private var format = Format.unknown
    /// Bytes of an incomplete block, and its place in the file.
    private var rest: [UInt8] = []
    private var position = 0

    package init() {}

    /// Whether bytes begin like a capture.
    package static func isCapture(_ beginning: [UInt8]) -> Bool {
        let magic = beginning.withUnsafeBytes { BinaryReader($0, isBigEndian: true).uint32(at: 0) }
        return magic.map { (try? format($0)) != nil } ?? false
    }

    /// Comments of the file's sections, such as the name of a case.
    package var comments: [String] {
        if case .pcapNG(let reader) = format { reader.comments } else { [] }
    }

    /// Whether the file ends inside a packet, so that the last one is missing; valid after ``finish()``.
    package var isCut: Bool { !rest.isEmpty }

    /// Takes the next bytes of the file.
    ///
    /// - Parameters:
    ///   - bytes: A piece of any size.
    ///   - each: Called with each packet that it completes.
    /// - Throws: ``CaptureFault`` if the file is neither pcapng nor pcap, or breaks its format.
    package mutating func take(
        _ bytes: some Collection<UInt8>, each: (CapturedPacket) -> Void
    ) throws(CaptureFault) {
        var buffer = rest
        rest = []
        buffer += bytes
        let outcome = buffer.withUnsafeBytes { raw -> Result<Int, CaptureFault> in
            do throws(CaptureFault) { return .success(try readAll(raw, each)) } catch { return .failure(error) }
        }
        let used = try outcome.get()
        buffer.removeFirst(used)
        rest = buffer
        position += used
    }

    /// - Returns: The number of bytes of complete blocks and packets.
    private mutating func readAll(
        _ bytes: UnsafeRawBufferPointer, _ each: (CapturedPacket) -> Void
    ) throws(CaptureFault) -> Int {
        var used = 0
        while used < bytes.count {
            let count = try next(UnsafeRawBufferPointer(rebasing: bytes[used...]), at: position + used, each)
            if count == 0 { break }
            used += count
        }
        return used
    }

    /// The file has ended.
    ///
    /// - Throws: ``CaptureFault`` if it is too short for a capture.
    package func finish() throws(CaptureFault) {
        guard case .unknown = format else { return }
        throw CaptureFault(
            rest.isEmpty
                ? "the file is empty; a capture begins with the header of pcapng or pcap"
                : "the file is not a capture: \(rest.count) B are too few")
    }

    /// Reads one block or packet.
    ///
    /// - Returns: Its length; 0 if it is incomplete.
    private mutating func next(
        _ bytes: UnsafeRawBufferPointer, at place: Int, _ each: (CapturedPacket) -> Void
    ) throws(CaptureFault) -> Int {
        switch format {
        case .unknown:
            guard let magic = BinaryReader(bytes, isBigEndian: true).uint32(at: 0) else { return 0 }
            format = try Self.format(magic)
            return try next(bytes, at: place, each)
        case .pcapNG(var reader):
            defer { format = .pcapNG(reader) }
            return try reader.next(bytes, at: place, each)
        case .pcap(var reader):
            defer { format = .pcap(reader) }
            return try reader.next(bytes, at: place, each)
        }
    }

    private static func format(_ magic: UInt32) throws(CaptureFault) -> Format {
        if magic == PcapNGReader.sectionHeader { return .pcapNG(PcapNGReader()) }
        if let reader = PcapReader(magic: magic) { return .pcap(reader) }
        throw CaptureFault("the file is not a capture: it begins neither like pcapng nor like pcap")
    }
}

/// All packets of a file.
package struct PacketCapture: Sendable, Hashable {
    package let packets: [CapturedPacket]
    /// Comments of the file's sections, such as the name of a case.
    package let comments: [String]
    /// Whether the file ends inside a packet, so that the last one is missing.
    package let isCut: Bool

    /// - Throws: What ``CaptureReader`` throws.
    package init(reading bytes: [UInt8]) throws(CaptureFault) {
        var reader = CaptureReader()
        var packets: [CapturedPacket] = []
        try reader.take(bytes) { packets.append($0) }
        try reader.finish()
        self.init(packets: packets, comments: reader.comments, isCut: reader.isCut)
    }

    package init(packets: [CapturedPacket], comments: [String], isCut: Bool) {
        (self.packets, self.comments, self.isCut) = (packets, comments, isCut)
    }
}
