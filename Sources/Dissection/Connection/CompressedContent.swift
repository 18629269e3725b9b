import Codecs
import WireAccounting

/// Content with the coding gzip: all of it is payload. Inflated to count its items.
///
/// Not `Sendable`: it stays with its connection.
final class CompressedContent {
    private let stream = InflateStream(.gzip)
    private var inner: ContentReader
    private var inflatedSink = ByteSink(limits: .countsOnly)
    private var items = 0
    private var isOver = false
    private var room = [UInt8](repeating: 0, count: 16 << 10)
    private var wireBytes = 0
    private var inflatedBytes = 0
    private var beginning: [UInt8] = []

    /// Stops inflating a body that becomes larger than this.
    private static let mostBytes = 64 << 20

    init(isEvents: Bool) {
        inner = isEvents ? .events(EventContent()) : .lines(LineContent())
    }

    func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) {
        sink.book(bytes, .payload, direction)
        if isOver { return }
        wireBytes += bytes.count
        let isValid = stream.withInput(bytes) { inflateAll(direction) }
        if !isValid {
            sink.fault("the body has Content-Encoding: gzip, but is not a gzip stream", direction)
            isOver = true
        }
        while items < inflatedSink.counts.items {
            items += 1
            sink.count(\.items)
        }
        sink.inflated(InflatedContent(wireBytes: wireBytes, bytes: inflatedBytes, beginning: beginning), direction)
    }

    /// - Returns: `false` if the bytes are not valid gzip.
    private func inflateAll(_ direction: Direction) -> Bool {
        repeat {
            let (count, progress) = room.withUnsafeMutableBytes { stream.inflate(into: $0) }
            inflatedBytes += count
            beginning += room[..<count].prefix(max(0, DissectionLimits.mostBytes - beginning.count))
            room.withUnsafeBytes {
                inner.read(UnsafeRawBufferPointer(rebasing: $0[..<count]), direction, &inflatedSink)
            }
            switch progress {
            case .advanced: continue
            case .stalled: return true
            case .ended:
                isOver = true
                return true
            case .invalid: return false
            }
        } while (stream.hasInput || stream.filledRoom) && inflatedBytes < Self.mostBytes
        isOver = isOver || inflatedBytes >= Self.mostBytes
        return true
    }
}
