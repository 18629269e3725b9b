import Measurement
import NIOCore

/// One random text that provides the data of items and messages, starting at varying offsets. This avoids generating up
/// to 1 MiB of random text per item.
package struct FillerText: Sendable {
    /// Number of offsets to start at.
    static let places: UInt64 = 4_096

    private let bytes: [UInt8]

    /// - Parameters:
    ///   - longest: Size of the longest data, in bytes.
    ///   - random: Determines the text.
    package init(longest: Int, from random: inout SeededGenerator) {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        bytes = (0..<longest + Int(Self.places)).map { _ in alphabet[Int(random.next() >> 58)] }
    }

    /// Appends `count` bytes.
    ///
    /// - Parameters:
    ///   - count: Number of bytes, up to `longest` of the initialiser.
    ///   - number: Any number; determines the offset.
    ///   - buffer: Receives the bytes.
    package func write(_ count: Int, at number: UInt64, into buffer: inout ByteBuffer) {
        let start = Int(number % Self.places)
        buffer.writeBytes(bytes[start..<start + count])
    }

    /// Whether `data` are the bytes at the offset of this number.
    package func holds(_ data: UnsafeRawBufferPointer, at number: UInt64) -> Bool {
        let start = Int(number % Self.places)
        guard data.count <= bytes.count - start else { return false }
        return bytes.withUnsafeBytes { $0[start..<start + data.count].elementsEqual(data) }
    }
}
