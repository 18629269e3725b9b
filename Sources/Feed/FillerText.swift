import Measurement
import NIOCore

/// One random text, from which items and messages take their data at places of their own: a mebibyte an item need not
/// be drawn each time.
package struct FillerText: Sendable {
    /// How many places there are to begin at.
    static let places: UInt64 = 4_096

    private let bytes: [UInt8]

    /// - Parameters:
    ///   - longest: Size of the longest data that is taken, in bytes.
    ///   - random: Decides the text.
    package init(longest: Int, from random: inout SeededGenerator) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        bytes = (0..<longest + Int(Self.places)).map { _ in alphabet[Int(random.next() >> 58)] }
    }

    /// Appends `count` bytes.
    ///
    /// - Parameters:
    ///   - count: At most the longest that the text was made for.
    ///   - number: Any; decides the place.
    ///   - buffer: Receives the bytes.
    package func write(_ count: Int, at number: UInt64, into buffer: inout ByteBuffer) {
        let start = Int(number % Self.places)
        buffer.writeBytes(bytes[start..<start + count])
    }

    /// Whether these are the bytes that are taken at the place of this number.
    package func holds(_ data: UnsafeRawBufferPointer, at number: UInt64) -> Bool {
        let start = Int(number % Self.places)
        guard data.count <= bytes.count - start else { return false }
        return bytes.withUnsafeBytes { $0[start..<start + data.count].elementsEqual(data) }
    }
}
