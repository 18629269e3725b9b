import NIOCore

/// The text form of an item: `SEQUENCE,DUE,DATA`, sequence and due time in base 36.
package enum ItemText {
    /// Sequence and due time, which come before the data.
    package struct Header: Equatable, Sendable {
        package let sequence: UInt64
        package let dueMicroseconds: Int64

        init(sequence: UInt64, dueMicroseconds: Int64) {
            self.sequence = sequence
            self.dueMicroseconds = dueMicroseconds
        }

        /// For untrusted numbers: `nil` beyond ``ItemLimits``.
        init?(readSequence sequence: UInt64, dueMicroseconds: Int64) {
            guard sequence > 0, sequence <= ItemLimits.highestSequence,
                dueMicroseconds >= 0, dueMicroseconds <= ItemLimits.latestDueMicroseconds
            else { return nil }
            self.init(sequence: sequence, dueMicroseconds: dueMicroseconds)
        }
    }

    package static func writeHeader(sequence: UInt64, dueMicroseconds: Int64, into buffer: inout ByteBuffer) {
        precondition(dueMicroseconds >= 0, "an item must be due at or after the feed's epoch")
        writeBase36(sequence, into: &buffer)
        buffer.writeInteger(comma)
        writeBase36(UInt64(dueMicroseconds), into: &buffer)
        buffer.writeInteger(comma)
    }

    /// Size of the header in bytes.
    package static func headerBytes(sequence: UInt64, dueMicroseconds: Int64) -> Int {
        digits(of: sequence) + digits(of: UInt64(dueMicroseconds)) + 2
    }

    /// Reads the header of an item.
    ///
    /// - Returns: `nil` if the bytes do not start with two base-36 numbers within ``ItemLimits``, each followed by a
    ///   comma.
    package static func header(of bytes: UnsafeRawBufferPointer) -> Header? {
        var index = 0
        guard let sequence = number(in: bytes, from: &index), let due = number(in: bytes, from: &index),
            let signed = Int64(exactly: due)
        else { return nil }
        return Header(readSequence: sequence, dueMicroseconds: signed)
    }

    private static let comma = UInt8(ascii: ",")

    private static func number(in bytes: UnsafeRawBufferPointer, from index: inout Int) -> UInt64? {
        var value: UInt64 = 0
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == comma { return index - start > 1 ? value : nil }
            guard let digit = digitValue(byte) else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 36)
            let (sum, carried) = product.addingReportingOverflow(digit)
            if overflowed || carried { return nil }
            value = sum
        }
        return nil
    }

    private static func digitValue(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt64(byte - UInt8(ascii: "a")) + 10
        default: nil
        }
    }

    private static func digits(of value: UInt64) -> Int {
        var count = 1
        var rest = value / 36
        while rest > 0 {
            count += 1
            rest /= 36
        }
        return count
    }

    private static func writeBase36(_ value: UInt64, into buffer: inout ByteBuffer) {
        let count = digits(of: value)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
            var rest = value
            for position in stride(from: count - 1, through: 0, by: -1) {
                let digit = UInt8(rest % 36)
                bytes[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                rest /= 36
            }
            return count
        }
    }
}
