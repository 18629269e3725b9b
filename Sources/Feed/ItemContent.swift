import Codecs
import Measurement
import NIOCore

/// Kind of data of a synthetic feed.
package enum ItemContent: String, CaseIterable, Sendable {
    /// Random letters and digits: 6 bits of information per byte.
    case filler
    /// Sensor readings as JSON that change little from item to item.
    case json
    /// English text.
    case text
    /// Bytes that cannot be compressed. They are not text, so transports for text carry them as Base64.
    case random
}

/// Makes the data of a synthetic feed's items, from a seed.
struct ItemData: Sendable {
    private enum Maker {
        case filler(FillerText)
        case json(TelemetryText)
        case text
        case random
    }

    private var maker: Maker
    private var random: SeededGenerator

    /// - Parameters:
    ///   - content: Kind of data.
    ///   - longest: Size of the longest data, in bytes.
    ///   - seed: Determines the data.
    init(_ content: ItemContent, longest: Int, seed: UInt64) {
        random = SeededGenerator(seed: seed)
        switch content {
        case .filler: maker = .filler(FillerText(longest: longest, from: &random))
        case .json: maker = .json(TelemetryText())
        case .text: maker = .text
        case .random: maker = .random
        }
    }

    /// Prepares for data of another size.
    mutating func resize(longest: Int) {
        if case .filler = maker { maker = .filler(FillerText(longest: longest, from: &random)) }
    }

    /// Makes an item of exactly `bytes` bytes, or longer in its text form if the data are not text.
    mutating func item(sequence: UInt64, dueMicroseconds: Int64, bytes: Int) -> FeedItem {
        var text = ByteBufferAllocator().buffer(capacity: bytes)
        ItemText.writeHeader(sequence: sequence, dueMicroseconds: dueMicroseconds, into: &text)
        let count = bytes - text.readableBytes
        switch maker {
        case .filler(let filler): filler.write(count, at: random.next(), into: &text)
        case .text: EnglishText.write(count, using: &random, into: &text)
        case .json(var telemetry):
            // Not two owners of its bytes, which would then be copied.
            maker = .text
            telemetry.write(count, using: &random, into: &text)
            maker = .json(telemetry)
        case .random:
            let data = randomBytes(count)
            var binary = text
            binary.writeBytes(data)
            text.writeString(Base64.encode(data))
            return FeedItem(sequence: sequence, dueMicroseconds: dueMicroseconds, text: text, binary: binary)
        }
        return FeedItem(sequence: sequence, dueMicroseconds: dueMicroseconds, text: text)
    }

    private mutating func randomBytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            withUnsafeBytes(of: random.next().littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}
