/// Tells, of one direction of an HTTP/2 connection, what its bytes are, from the frame headers alone (RFC 9113 §4.1).
///
/// Heads are counted as they are on the wire, compressed by HPACK: frames of HEADERS, CONTINUATION and PUSH_PROMISE whole.
/// Content is what DATA frames carry. All else is framing: the headers of DATA frames, and the frames that carry neither.
package struct HTTP2FrameTally: Sendable, Hashable, Codable {
    /// The connection preface of the client (RFC 9113 §3.4).
    package static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    private static let headerBytes = 9

    package private(set) var headBytes: Int64 = 0
    package private(set) var framingBytes: Int64 = 0
    package private(set) var contentBytes: Int64 = 0

    // Of the bytes ahead: the preface, the header under way, the rest of a frame's payload.
    private var missingPreface = 0
    private var header: [UInt8] = []
    private var missing = 0
    private var isHead = false
    private var isContent = false

    package enum CodingKeys: String, CodingKey {
        case headBytes = "head_bytes"
        case framingBytes = "framing_bytes"
        case contentBytes = "content_bytes"
    }

    /// - Parameter beginsWithPreface: Whether this is the client's direction.
    package init(beginsWithPreface: Bool = false) {
        missingPreface = beginsWithPreface ? Self.preface.utf8.count : 0
    }

    package var bytes: Int64 { headBytes + framingBytes + contentBytes }

    package mutating func merge(_ other: Self) {
        headBytes += other.headBytes
        framingBytes += other.framingBytes
        contentBytes += other.contentBytes
    }

    /// Bytes passed, in order, however they are cut.
    package mutating func passed(_ raw: UnsafeRawBufferPointer) {
        var rest = raw[...]
        while !rest.isEmpty {
            if missingPreface > 0 {
                let count = min(missingPreface, rest.count)
                missingPreface -= count
                framingBytes += Int64(count)
                rest = rest.dropFirst(count)
            } else if missing > 0 {
                let count = min(missing, rest.count)
                missing -= count
                book(count)
                rest = rest.dropFirst(count)
            } else if let byte = rest.popFirst() {
                header.append(byte)
                if header.count == Self.headerBytes { frameBegan() }
            }
        }
    }

    private mutating func frameBegan() {
        missing = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        isContent = header[3] == 0x0
        isHead = [0x1, 0x5, 0x9].contains(header[3])
        if isHead { headBytes += Int64(Self.headerBytes) } else { framingBytes += Int64(Self.headerBytes) }
        header.removeAll(keepingCapacity: true)
    }

    private mutating func book(_ count: Int) {
        if isContent {
            contentBytes += Int64(count)
        } else if isHead {
            headBytes += Int64(count)
        } else {
            framingBytes += Int64(count)
        }
    }
}

/// Both directions of connections, seen from the client.
package struct HTTP2Tally: Sendable, Hashable, Codable {
    package var up = HTTP2FrameTally(beginsWithPreface: true)
    package var down = HTTP2FrameTally()

    package init() {}

    package mutating func merge(_ other: Self) {
        up.merge(other.up)
        down.merge(other.down)
    }
}
