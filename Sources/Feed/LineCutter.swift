/// Cuts a stream of bytes into lines. Holds at most one line of ``ItemLine/maximumBytes``: of a longer one only the
/// length is kept.
package struct LineCutter: Sendable {
    package enum Line: Equatable, Sendable {
        /// A line without its end, which is LF or CR LF.
        case whole([UInt8])
        /// A line above the limit; its bytes are gone.
        case oversized(bytes: Int)

        /// - Throws: ``ItemLineFault`` if the line is no item.
        package func item() throws(ItemLineFault) -> ItemLine {
            switch self {
            case .whole(let bytes): try ItemLine(bytes)
            case .oversized(let bytes): throw .oversized(bytes: bytes)
            }
        }
    }

    private var unfinished: [UInt8] = []
    // Bytes of the unfinished line that were thrown away; with any, the line is too long.
    private var droppedBytes = 0

    package init() {}

    /// Bytes of the unfinished line that are held.
    var heldBytes: Int { unfinished.count }

    /// Takes the next bytes.
    ///
    /// - Returns: The lines that end in them.
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
        // A byte above the limit may be the CR of the line's end.
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
