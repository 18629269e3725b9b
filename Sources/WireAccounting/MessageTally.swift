/// How many messages of a run had the same variable lengths.
///
/// What varies in the headers of one transport is the number of digits of a cursor, a sequence or a length. With these
/// counts, the bytes of a run can be computed exactly. Counting costs one addition; the table is allocated once.
package struct MessageTally: Sendable, Hashable {
    /// Kinds of messages; `Results/README.md` explains them.
    package enum Kind: String, CaseIterable, Sendable, Codable {
        /// An HTTP request.
        case request
        /// A response with items.
        case response
        /// A response without items that no error caused.
        case empty
        /// The headers of a streamed response.
        case stream
        /// A response with an error, or one that was not complete.
        case failure
        /// An item, with any transport.
        case item
        /// An HTTP chunk with content.
        case chunk
        /// The last chunk of a body.
        case lastChunk = "last_chunk"
        /// A control frame of a WebSocket, from the client.
        case controlUp = "control_up"
        /// A control frame of a WebSocket, from the server.
        case controlDown = "control_down"
        /// A TLS record with application data, from the client.
        case recordUp = "tls_record_up"
        /// A TLS record with application data, from the server.
        case recordDown = "tls_record_down"
    }

    /// Messages of one kind with the same widths.
    package struct Entry: Sendable, Hashable, Codable {
        package let kind: Kind
        /// Decimal digits of the cursor or sequence in the message; 0 for the cursor 0, and where it has none.
        package let cursorDigits: Int
        /// Digits of the body's length, or for an item of its sequence and due time in base 36; 0 where it has none.
        package let lengthDigits: Int
        package let count: UInt64

        package init(kind: Kind, cursorDigits: Int, lengthDigits: Int, count: UInt64) {
            self.kind = kind
            self.cursorDigits = cursorDigits
            self.lengthDigits = lengthDigits
            self.count = count
        }
    }

    private static let widths = 20
    private static let lengths = 32

    private var counts = [UInt64](repeating: 0, count: Kind.allCases.count * widths * lengths)

    package init() {}

    package mutating func count(_ kind: Kind, cursorDigits: Int = 0, lengthDigits: Int = 0, times: UInt64 = 1) {
        counts[Self.place(kind, cursorDigits, lengthDigits)] += times
    }

    package mutating func merge(_ other: Self) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// The counts above zero, in the order of the kinds and widths.
    package var entries: [Entry] {
        Kind.allCases.flatMap { kind in
            (0..<Self.widths).flatMap { cursor in
                (0..<Self.lengths).compactMap { length in
                    let count = counts[Self.place(kind, cursor, length)]
                    return count == 0
                        ? nil : Entry(kind: kind, cursorDigits: cursor, lengthDigits: length, count: count)
                }
            }
        }
    }

    private static func place(_ kind: Kind, _ cursor: Int, _ length: Int) -> Int {
        (kind.index * widths + min(max(0, cursor), widths - 1)) * lengths + min(max(0, length), lengths - 1)
    }
}

extension MessageTally.Kind {
    fileprivate var index: Int {
        switch self {
        case .request: 0
        case .response: 1
        case .empty: 2
        case .stream: 3
        case .failure: 4
        case .item: 5
        case .chunk: 6
        case .lastChunk: 7
        case .controlUp: 8
        case .controlDown: 9
        case .recordUp: 10
        case .recordDown: 11
        }
    }
}

extension MessageTally: Codable {
    package init(from decoder: any Decoder) throws {
        self.init()
        var container = try decoder.unkeyedContainer()
        while !container.isAtEnd {
            let entry = try container.decode(Entry.self)
            count(
                entry.kind, cursorDigits: entry.cursorDigits, lengthDigits: entry.lengthDigits, times: entry.count)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for entry in entries { try container.encode(entry) }
    }
}

/// Numbers of digits.
package enum Digits {
    /// Decimal digits; 0 for 0, which is written as one digit but means "no item yet".
    package static func decimal(_ value: UInt64) -> Int { count(value, radix: 10) }

    /// Hexadecimal digits; 0 for 0.
    package static func hexadecimal(_ value: UInt64) -> Int { count(value, radix: 16) }

    private static func count(_ value: UInt64, radix: UInt64) -> Int {
        var (rest, digits) = (value, 0)
        while rest > 0 {
            digits += 1
            rest /= radix
        }
        return digits
    }
}
