/// Reads the pcapng format (draft-ietf-opsawg-pcapng): section headers, interfaces, packets; other blocks are skipped.
struct PcapNGReader {
    static let sectionHeader: UInt32 = 0x0a0d_0d0a
    private static let interface: UInt32 = 1
    private static let simplePacket: UInt32 = 3
    static let enhancedPacket: UInt32 = 6
    /// Shortest block: type, length, length again.
    private static let frameBytes = 12

    private struct Interface {
        var linkType: UInt32
        var snapLength: Int
        /// Nanoseconds of one unit of time, as a fraction.
        var unit = (nanoseconds: UInt64(1_000), divisor: UInt64(1))
        var offsetSeconds: Int64 = 0
    }

    private var isBigEndian = false
    private var interfaces: [Interface] = []
    private(set) var comments: [String] = []

    /// Reads one block.
    ///
    /// - Parameters:
    ///   - bytes: The file from this block on.
    ///   - place: Position of the block in the file.
    ///   - each: Called with the block's packet.
    /// - Returns: The number of bytes used; 0 if more are needed.
    /// - Throws: ``CaptureFault`` if the block breaks the format.
    mutating func next(
        _ bytes: UnsafeRawBufferPointer, at place: Int, _ each: (CapturedPacket) -> Void
    ) throws(CaptureFault) -> Int {
        guard bytes.count >= Self.frameBytes else { return 0 }
        var reader = BinaryReader(bytes, isBigEndian: isBigEndian)
        if reader.uint32(at: 0) == Self.sectionHeader {
            try beginSection(bytes, at: place)
            reader = BinaryReader(bytes, isBigEndian: isBigEndian)
        }
        guard let type = reader.uint32(at: 0), let length = reader.uint32(at: 4).map({ Int($0) }) else { return 0 }
        guard length >= Self.frameBytes, length % 4 == 0, length <= CaptureReader.longestBlock else {
            throw CaptureFault("the block at byte \(place) of the capture has the invalid length \(length)")
        }
        guard let whole = reader.range(0, length) else { return 0 }
        let block = BinaryReader(whole, isBigEndian: isBigEndian)
        if let packet = try packet(in: block, type, end: length - 4) { each(packet) }
        return length
    }

    private mutating func beginSection(_ bytes: UnsafeRawBufferPointer, at place: Int) throws(CaptureFault) {
        // The byte order of a section is that of its magic number.
        switch BinaryReader(bytes, isBigEndian: true).uint32(at: 8) {
        case 0x1a2b_3c4d?: isBigEndian = true
        case 0x4d3c_2b1a?: isBigEndian = false
        default: throw CaptureFault("the section at byte \(place) of the capture has no valid byte order")
        }
        interfaces = []
    }

    /// - Returns: `nil` for a block without a packet.
    private mutating func packet(
        in block: BinaryReader, _ type: UInt32, end: Int
    ) throws(CaptureFault) -> CapturedPacket? {
        switch type {
        case Self.sectionHeader:
            Self.options(of: block, 24, end) { code, range in
                if code == 1 { comments.append(String(decoding: range, as: UTF8.self)) }
            }
        case Self.interface: describeInterface(block, end)
        case Self.enhancedPacket: return try enhancedPacket(block, end)
        case Self.simplePacket:
            guard let first = interfaces.first, let wire = block.uint32(at: 8) else { return nil }
            let count = min(Int(wire), end - 12, first.snapLength == 0 ? .max : first.snapLength)
            return Self.packet(block.range(12, count), wire: wire, first, time: 0)
        default: break
        }
        return nil
    }

    private mutating func describeInterface(_ block: BinaryReader, _ end: Int) {
        guard let linkType = block.uint16(at: 8), let snapLength = block.uint32(at: 12) else { return }
        var new = Interface(linkType: UInt32(linkType), snapLength: Int(snapLength))
        Self.options(of: block, 16, end) { code, range in
            if code == 9, let resolution = range.first { new.unit = Self.unit(resolution) }
            if code == 14, range.count == 8 {
                let seconds = BinaryReader(range, isBigEndian: block.isBigEndian).uint64(at: 0) ?? 0
                new.offsetSeconds = Int64(truncatingIfNeeded: seconds)
            }
        }
        interfaces.append(new)
    }

    private func enhancedPacket(_ block: BinaryReader, _ end: Int) throws(CaptureFault) -> CapturedPacket? {
        guard end >= 28, let number = block.uint32(at: 8), let high = block.uint32(at: 12),
            let low = block.uint32(at: 16), let captured = block.uint32(at: 20), let wire = block.uint32(at: 24)
        else { throw CaptureFault("a packet block of the capture is too short") }
        guard Int(number) < interfaces.count else {
            throw CaptureFault("a packet of the capture names interface \(number), which the file does not describe")
        }
        guard Int(captured) <= end - 28 else {
            throw CaptureFault("a packet of the capture is longer than its block")
        }
        let time = UInt64(high) << 32 | UInt64(low)
        return Self.packet(block.range(28, Int(captured)), wire: wire, interfaces[Int(number)], time: time)
    }

    private static func packet(
        _ content: UnsafeRawBufferPointer?, wire: UInt32, _ interface: Interface, time: UInt64
    ) -> CapturedPacket? {
        guard let content else { return nil }
        let offset = interface.offsetSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        let sum = nanoseconds(time, interface.unit).addingReportingOverflow(offset.overflow ? 0 : offset.partialValue)
        return CapturedPacket(
            nanoseconds: sum.overflow ? .max : max(0, sum.partialValue), linkType: interface.linkType,
            bytes: Array(content), wireBytes: Int(wire))
    }

    /// Times after the year 2262 become the last nanosecond that a number has room for.
    private static func nanoseconds(_ time: UInt64, _ unit: (nanoseconds: UInt64, divisor: UInt64)) -> Int64 {
        // With a fine resolution, the product needs more than 64 bits for any current date.
        let product = time.multipliedFullWidth(by: unit.nanoseconds)
        guard product.high < unit.divisor else { return .max }
        return Int64(clamping: unit.divisor.dividingFullWidth(product).quotient)
    }

    /// `if_tsresol`: a negative power of 10, or of 2 if the top bit is set.
    private static func unit(_ resolution: UInt8) -> (nanoseconds: UInt64, divisor: UInt64) {
        let power = Int(resolution & 0x7f)
        if resolution & 0x80 != 0 { return (1_000_000_000, 1 << UInt64(min(power, 63))) }
        let tens = { (count: Int) in (0..<count).reduce(UInt64(1)) { result, _ in result * 10 } }
        return power <= 9 ? (tens(9 - power), 1) : (1, tens(min(power - 9, 18)))
    }

    private static func options(
        of block: BinaryReader, _ start: Int, _ end: Int, _ take: (UInt16, UnsafeRawBufferPointer) -> Void
    ) {
        var position = start
        while position + 4 <= end, let code = block.uint16(at: position), let length = block.uint16(at: position + 2) {
            guard code != 0, position + 4 + Int(length) <= end, let range = block.range(position + 4, Int(length))
            else { return }
            take(code, range)
            position += 4 + (Int(length) + 3) / 4 * 4
        }
    }
}
