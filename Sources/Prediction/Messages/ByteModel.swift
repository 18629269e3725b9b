import Transports
import WireAccounting

/// The bytes of a run by layer, from the numbers of its messages.
///
/// Exact for HTTP/1.1 without TLS, where all items have one size and nothing is compressed.
package struct ByteModel {
    private let sizes: MessageSizes
    private let encrypts: Bool

    private static let recordBytes = Double(TLSRecordTally.overheadOfRecord)

    /// The sizes of one case, and whether TLS adds records.
    package init(_ sizes: MessageSizes, encrypts: Bool) {
        self.sizes = sizes
        self.encrypts = encrypts
    }

    /// The bytes of all layers except TCP/IP; of TLS, those of records with application data.
    package func bytes(of counts: MessageCounts) -> LayerBytes {
        var bytes = LayerBytes()
        for (key, count) in counts.counts { bytes.add(size(of: key), times: count) }
        bytes.add(sizes.opening, times: counts.connections)
        bytes.add(sizes.closing, times: counts.endings)
        addControl(counts, to: &bytes)
        // The first chunk of a stream may be its beginning; the other chunks of one digit are comments, since an item
        // is longer.
        let beginnings = sizes.streamBeginning[.envelope, .down] > 0 ? counts.total(.stream) : 0
        let short = counts.counts[MessageCounts.Key(.chunk, lengthDigits: 1)] ?? 0
        bytes.add(sizes.comment, times: max(0, short - beginnings))
        if encrypts { addRecords(counts, to: &bytes) }
        return bytes
    }

    private func size(of key: MessageCounts.Key) -> ByteLedger {
        switch key.kind {
        case .request: sizes.request(cursorDigits: key.cursorDigits)
        case .response: sizes.responseHead(cursorDigits: key.cursorDigits, lengthDigits: key.lengthDigits)
        case .empty: sizes.emptyHead(cursorDigits: key.cursorDigits)
        case .stream: sizes.streamBeginning
        case .item: sizes.item(cursorDigits: key.cursorDigits, base36Digits: key.lengthDigits)
        case .chunk: sizes.chunk(digits: key.lengthDigits)
        case .lastChunk: sizes.lastChunk
        case .failure, .controlUp, .controlDown, .recordUp, .recordDown: ByteLedger()
        }
    }

    /// Pings and Pongs: control frames beyond those that end a connection. They have no payload (RFC 6455 §5.5.2).
    private func addControl(_ counts: MessageCounts, to bytes: inout LayerBytes) {
        let closing = sizes.closing
        let ends = closing[.webSocketControl] > 0 ? counts.endings : 0
        let (up, down) = (counts.total(.controlUp) - ends, counts.total(.controlDown) - ends)
        if up > 0 {
            bytes[.webSocketControl, .up] += 2 * up
            bytes[.webSocketMask, .up] += closing[.webSocketMask] > 0 ? 4 * up : 0
        }
        if down > 0 { bytes[.webSocketControl, .down] += 2 * down }
    }

    /// Planned is one record per message, as each is written in one piece. Where several are written at once, they
    /// share a record, so counted records are better.
    private func addRecords(_ counts: MessageCounts, to bytes: inout LayerBytes) {
        let counted = (up: counts.total(.recordUp), down: counts.total(.recordDown))
        if counted.up + counted.down > 0 {
            bytes[.tls, .up] += counted.up * Self.recordBytes
            bytes[.tls, .down] += counted.down * Self.recordBytes
            return
        }
        let pushed = counts.total(.request) == 0
        let opening = sizes.opening
        let up = counts.total(.request) + (pushed ? counts.connections : 0) + counts.total(.controlUp)
        let answers = counts.total(.response) + counts.total(.empty) + counts.total(.stream)
        let down =
            answers + counts.total(.chunk) + counts.total(.lastChunk)
            + (pushed ? counts.total(.item) + (opening[.handshake, .down] > 0 ? counts.connections : 0) : 0)
            + counts.total(.controlDown)
        bytes[.tls, .up] += up * Self.recordBytes
        bytes[.tls, .down] += down * Self.recordBytes
    }
}
