/// Tells, of one direction of an HTTP/2 connection, what its bytes are, from the frame headers alone (RFC 9113 §4.1).
///
/// Heads are counted as they are on the wire, compressed by HPACK: frames of HEADERS, CONTINUATION and PUSH_PROMISE
/// whole. Content is what DATA frames carry. What is said once to open the connection is set-up: the preface and the
/// SETTINGS of both sides. All else is framing: the headers of DATA frames, and the frames that carry neither.
package struct HTTP2FrameTally: Sendable, Hashable, Codable {
    /// The connection preface of the client (RFC 9113 §3.4).
    package static let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    private static let headerBytes = 9
    private static let goAway: UInt8 = 7

    package private(set) var headBytes: Int64 = 0
    package private(set) var framingBytes: Int64 = 0
    package private(set) var contentBytes: Int64 = 0
    package private(set) var setupBytes: Int64 = 0

    /// Whether a GOAWAY has passed: the connection is to end (RFC 9113 §6.8).
    package private(set) var saysGoodbye = false

    // Of the bytes ahead: the preface, the header under way, the rest of a frame's payload.
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

    /// Bytes of a frame header that is not whole; some are left over where a connection broke.
    var unfinishedBytes: Int64 { Int64(header.count) }

    /// Every number of it, for a check of their range.
    package var numbers: [Int64] { [headBytes, framingBytes, contentBytes, setupBytes, Int64(missing)] }

    package var bytes: Int64 { headBytes + framingBytes + contentBytes + setupBytes }

    package mutating func merge(_ other: Self) {
        headBytes += other.headBytes
        framingBytes += other.framingBytes
        contentBytes += other.contentBytes
        setupBytes += other.setupBytes
    }

    /// What was counted after an earlier reading of the same connections.
    package func since(_ earlier: Self) -> Self {
        var difference = Self()
        difference.headBytes = headBytes - earlier.headBytes
        difference.framingBytes = framingBytes - earlier.framingBytes
        difference.contentBytes = contentBytes - earlier.contentBytes
        difference.setupBytes = setupBytes - earlier.setupBytes
        return difference
    }

    /// Bytes passed, in order, however they are cut.
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
            } else if let byte = rest.popFirst() {
                header.append(byte)
                if header.count == Self.headerBytes { frameBegan() }
            }
        }
    }

    private mutating func frameBegan() {
        missing = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
        kind = Self.kind(ofFrameType: header[3])
        if header[3] == Self.goAway { saysGoodbye = true }
        // What stands in front of content is none.
        book(Self.headerBytes, as: kind == .content ? .framing : kind)
        header.removeAll(keepingCapacity: true)
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

/// Both directions of connections, seen from the client.
package struct HTTP2Tally: Sendable, Hashable, Codable {
    package var up = HTTP2FrameTally(beginsWithPreface: true)
    package var down = HTTP2FrameTally()

    /// Every number of it, for a check of their range.
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
