import HTTP
import WireAccounting

/// Decides by the first bytes of a connection which protocol it carries.
struct FirstBytesReader: ProtocolReader {
    let wireProtocol = WireProtocol.undecided

    private static let decisiveBytes = 5

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer { .handshake }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        if bytes.count >= 2, (20...23).contains(bytes[0]), bytes[1] == 3 { return .become(TLSReader()) }
        guard bytes.count >= Self.decisiveBytes else { return .waiting }
        let first = UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.decisiveBytes))
        switch direction {
        case .up:
            if first.elementsEqual("PRI *".utf8) { return .become(HTTP2Reader()) }
            if first.starts(with: "FEED".utf8), [0x20, 0x0a, 0x0d].contains(first[4]) { return .become(RawReader()) }
            let line = first.prefix { $0 != 0x20 }
            if !line.isEmpty, line.allSatisfy({ $0.isTokenByte }) || first.starts(with: "\r\n".utf8) {
                return .become(HTTPReader())
            }
        case .down:
            if first.elementsEqual("HTTP/".utf8) { return .become(HTTPReader()) }
        }
        return unknown(&sink, direction)
    }

    private func unknown(_ sink: inout ByteSink, _ direction: Direction) -> ReadingStep {
        sink.fault("the connection does not begin with HTTP, TLS or a first line of the feed", direction)
        return .become(UnknownReader())
    }
}

/// Counts all bytes as payload.
struct UnknownReader: ProtocolReader {
    let wireProtocol = WireProtocol.unknown

    func layerOfHeldBytes(_ direction: Direction) -> ByteLayer { .payload }

    mutating func read(_ bytes: UnsafeRawBufferPointer, _ direction: Direction, _ sink: inout ByteSink) -> ReadingStep {
        sink.book(bytes, .payload, direction)
        return .used(bytes.count)
    }
}
