/// Splits a byte stream into lines. Buffers at most one line of ``ItemLine/maximumBytes``; for a longer line it keeps
/// only the length.
package struct LineCutter: Sendable {
    package enum Line: Equatable, Sendable {
        /// A line without its LF or CR LF.
        case whole([UInt8])
        /// A line above the limit; its bytes are discarded.
        case oversized(bytes: Int)

        /// - Throws: ``ItemLineFault`` if the line is not valid as an item's data.
        package func item() throws(ItemLineFault) -> ItemLine {
            switch self {
            case .whole(let bytes): try ItemLine(bytes)
            case .oversized(let bytes): throw .oversized(bytes: bytes)
            }
        }
    }

    private var unfinished: [UInt8] = []
    // Discarded bytes of the unfinished line; if not 0, the line is too long.
    private var droppedBytes = 0

    package init() {}

    /// Buffered bytes of the unfinished line.
    var heldBytes: Int { unfinished.count }

    /// Reads the next bytes.
    ///
    /// - Returns: The lines that end within them.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> [Line] {
        var lines: [Line] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            lines.append(ended())
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        keep(rest)
        return lines
    }

    /// The stream has ended.
    ///
    /// - Returns: The last line, if it has no line end.
    package mutating func finish() -> Line? {
        unfinished.isEmpty && droppedBytes == 0 ? nil : ended()
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        // The byte above the limit may be the CR of CR LF.
        if droppedBytes == 0, unfinished.count + part.count <= ItemLine.maximumBytes + 1 {
            unfinished += part
            return
        }
        droppedBytes += unfinished.count + part.count
        unfinished = []
    }

    private mutating func ended() -> Line {
        defer { (unfinished, droppedBytes) = ([], 0) }
        if droppedBytes > 0 { return .oversized(bytes: droppedBytes) }
        if unfinished.last == 0x0d { unfinished.removeLast() }
        if unfinished.count > ItemLine.maximumBytes { return .oversized(bytes: unfinished.count) }
        return .whole(unfinished)
    }
}
