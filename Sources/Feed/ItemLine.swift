/// A line that is valid as an item's data: UTF-8 text of at most 1 MiB.
///
/// All sources of lines use this rule: `POST /publish`, standard input, recordings and the recorder. An item that is
/// not UTF-8 would fail every WebSocket that sends it as text (RFC 6455 §5.6), and again after each reconnect.
package struct ItemLine: Sendable, Equatable {
    /// Longest valid line: 1 MiB.
    package static let maximumBytes = 1 << 20

    package let bytes: [UInt8]

    /// - Throws: ``ItemLineFault`` if the line is not valid.
    package init(_ bytes: [UInt8]) throws(ItemLineFault) {
        if let fault = Self.fault(in: bytes) { throw fault }
        self.bytes = bytes
    }

    /// Why the line is not valid; `nil` if it is.
    package static func fault(in bytes: [UInt8]) -> ItemLineFault? {
        if bytes.count > maximumBytes { return .oversized(bytes: bytes.count) }
        // Fast path for ASCII, the usual case.
        if bytes.allSatisfy({ $0 < 0x80 }) || String(validating: bytes, as: UTF8.self) != nil { return nil }
        return .notUTF8(position: validPrefix(of: bytes) + 1)
    }

    private static func validPrefix(of bytes: [UInt8]) -> Int {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var count = 0
        while case .valid(let scalar) = parser.parseScalar(from: &iterator) { count += scalar.count }
        return count
    }
}

/// Why a line is not valid as an item's data.
package enum ItemLineFault: Error, Equatable, CustomStringConvertible {
    case oversized(bytes: Int)
    /// Position of the first invalid byte, counted from 1.
    case notUTF8(position: Int)

    package var description: String {
        switch self {
        case .oversized(let bytes): "the line has \(bytes) B; allowed up to \(ItemLine.maximumBytes) B"
        case .notUTF8(let position): "the line is not UTF-8 (byte \(position)); an item is UTF-8 text"
        }
    }
}
