import WireAccounting

/// Reads TLS by its record headers (RFC 8446 §5.1). The content stays encrypted, so all bytes are in the layer TLS.
struct TLSReader: ProtocolReader {
    let wireProtocol = WireProtocol.tls

    private static let headerBytes = 5

    private var missingUp = 0
    private var missingDown = 0

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer { .tls }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        var missing = direction == .up ? missingUp : missingDown
        defer { if direction == .up { missingUp = missing } else { missingDown = missing } }
        if missing > 0 {
            let part = UnsafeRawBufferPointer(rebasing: bytes.prefix(missing))
            sink.book(part, .tls, direction)
            missing -= part.count
            if missing == 0 { sink.end(direction) }
            return .used(part.count)
        }
        guard bytes.count >= Self.headerBytes else { return .waiting }
        guard (20...24).contains(bytes[0]), bytes[1] == 3 else {
            sink.fault("a TLS record has the unknown type \(bytes[0])", direction)
            return .become(UnknownReader())
        }
        missing = Int(bytes[3]) << 8 | Int(bytes[4])
        sink.begin(.tlsRecord, "TLS record: \(Self.name(bytes[0])), \(missing) B", direction)
        sink.count(\.frames)
        sink.book(UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.headerBytes)), .tls, direction)
        if missing == 0 { sink.end(direction) }
        return .used(Self.headerBytes)
    }

    private static func name(_ type: UInt8) -> String {
        switch type {
        case 20: "change cipher spec"
        case 21: "alert"
        case 22: "handshake"
        case 23: "application data"
        default: "heartbeat"
        }
    }
}
