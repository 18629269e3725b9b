/// Classifies the bytes of one direction of an HTTP/2 connection by its frame headers alone (RFC 9113 §4.1).
///
/// - Headers: whole HEADERS, CONTINUATION and PUSH_PROMISE frames, compressed by HPACK as on the wire.
/// - Content: the payload of DATA frames.
/// - Setup: the preface and the SETTINGS frames of both sides.
/// - Framing: the frame headers of DATA frames, and all other frames.
package struct HTTP2FrameTally: Sendable, Hashable, Codable {
    /// The connection preface of the client (RFC 9113 §3.4).
    package static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    private static let headerBytes = 9
    private static let goAway: UInt8 = 7

    /// Bytes of whole frames with header fields.
    package private(set) var headBytes: Int64 = 0
    package private(set) var framingBytes: Int64 = 0
    package private(set) var contentBytes: Int64 = 0
    package private(set) var setupBytes: Int64 = 0

    /// Whether a GOAWAY frame has passed: the connection will end (RFC 9113 §6.8).
    package private(set) var hasSentGoAway = false

    // What is still missing: of the preface, of the current frame header, of the current frame's payload.
    private var missingPreface = 0
    private var header: [UInt8] = []
    private var missing = 0
    private var kind = Kind.framing

    private enum Kind { case head, framing, content, setup }

    enum CodingKeys: String, CodingKey {
        case headBytes = "head_bytes"
        case framingBytes = "framing_bytes"
        case contentBytes = "content_bytes"
        case setupBytes = "setup_bytes"
    }

    /// - Parameter beginsWithPreface: Whether this is the client's direction.
    package init(beginsWithPreface: Bool = false) {
        missingPreface = beginsWithPreface ? Self.preface.utf8.count : 0
    }

    /// Bytes of an incomplete frame header, which a broken connection may leave.
    var unfinishedBytes: Int64 { Int64(header.count) }

    /// All counts, for range checks.
    package var numbers: [Int64] { [headBytes, framingBytes, contentBytes, setupBytes, Int64(missing)] }

    package var bytes: Int64 { headBytes + framingBytes + contentBytes + setupBytes }

    package mutating func merge(_ other: Self) {
        headBytes += other.headBytes
        framingBytes += other.framingBytes
        contentBytes += other.contentBytes
        setupBytes += other.setupBytes
    }

    /// The counts since an earlier reading of the same connections.
    package func since(_ earlier: Self) -> Self {
        var difference = Self()
        difference.headBytes = headBytes - earlier.headBytes
        difference.framingBytes = framingBytes - earlier.framingBytes
        difference.contentBytes = contentBytes - earlier.contentBytes
        difference.setupBytes = setupBytes - earlier.setupBytes
        return difference
    }

    /// Bytes passed, in order and in chunks of any size.
    package mutating func passed(_ raw: UnsafeRawBufferPointer) {
        var rest = raw[...]
        while !rest.isEmpty {
            if missingPreface > 0 {
                let count = min(missingPreface, rest.count)
                missingPreface -= count
                setupBytes += Int64(count)
                rest = rest.dropFirst(count)
            } else if missing > 0 {
                let count = min(missing, rest.count)
                missing -= count
                book(count, as: kind)
                rest = rest.dropFirst(count)
            } else if header.isEmpty, rest.count >= Self.headerBytes {
                // Usually a header arrives in one piece.
                frameBegan(rest)
                rest = rest.dropFirst(Self.headerBytes)
            } else if let byte = rest.popFirst() {
                header.append(byte)
                guard header.count == Self.headerBytes else { continue }
                frameBegan(header[...])
                header.removeAll(keepingCapacity: true)
            }
        }
    }

    private mutating func frameBegan<Bytes: RandomAccessCollection<UInt8>>(_ header: Bytes) where Bytes.Index == Int {
        let start = header.startIndex
        missing = Int(header[start]) << 16 | Int(header[start + 1]) << 8 | Int(header[start + 2])
        let type = header[start + 3]
        kind = Self.kind(ofFrameType: type)
        if type == Self.goAway { hasSentGoAway = true }
        // The header of a DATA frame counts as framing.
        book(Self.headerBytes, as: kind == .content ? .framing : kind)
    }

    // RFC 9113 §6: DATA 0, HEADERS 1, SETTINGS 4, PUSH_PROMISE 5, CONTINUATION 9.
    private static func kind(ofFrameType type: UInt8) -> Kind {
        switch type {
        case 0: .content
        case 1, 5, 9: .head
        case 4: .setup
        default: .framing
        }
    }

    private mutating func book(_ count: Int, as kind: Kind) {
        switch kind {
        case .head: headBytes += Int64(count)
        case .framing: framingBytes += Int64(count)
        case .content: contentBytes += Int64(count)
        case .setup: setupBytes += Int64(count)
        }
    }
}

/// Both directions of connections, as seen from the client.
package struct HTTP2Tally: Sendable, Hashable, Codable {
    package var up = HTTP2FrameTally(beginsWithPreface: true)
    package var down = HTTP2FrameTally()

    /// All counts, for range checks.
    package var numbers: [Int64] { up.numbers + down.numbers }

    package init() {}

    package mutating func merge(_ other: Self) {
        up.merge(other.up)
        down.merge(other.down)
    }

    package func since(_ earlier: Self) -> Self {
        var difference = Self()
        difference.up = up.since(earlier.up)
        difference.down = down.since(earlier.down)
        return difference
    }
}
