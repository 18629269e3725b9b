import WireAccounting

/// The plaintext of TLS connections, as tshark prints it: `tshark -q -z follow,tls,raw,STREAM`, once per stream.
package enum TLSPlaintext {
    /// Bytes that passed in one direction.
    package struct Piece: Sendable, Hashable {
        package let direction: Direction
        package let bytes: [UInt8]
    }

    /// Reads the output for some streams.
    ///
    /// - Parameters:
    ///   - text: For each stream `Filter: tcp.stream eq NUMBER`, `Node 0: HOST:PORT`, then lines of hexadecimal digits,
    ///     those of node 1 with a tab before them.
    ///   - serverPort: The port of a stream's server: tshark does not say which node is the client.
    /// - Returns: The pieces of each stream in their order; a stream that could not be decrypted is missing.
    package static func read(_ text: String, serverPort: (Int) -> UInt16?) -> [Int: [Piece]] {
        var pieces: [Int: [Piece]] = [:]
        var stream = 0
        var isServerFirst = false
        for line in text.split(separator: "\n") {
            if line.hasPrefix(streamPrefix) {
                stream = Int(line.dropFirst(streamPrefix.count)) ?? 0
            } else if line.hasPrefix("Node 0: ") {
                isServerFirst = serverPort(stream).map { line.hasSuffix(":\($0)") } ?? false
            } else if let bytes = bytes(of: line.drop { $0 == "\t" }) {
                let direction: Direction = line.hasPrefix("\t") == isServerFirst ? .up : .down
                pieces[stream, default: []].append(Piece(direction: direction, bytes: bytes))
            }
        }
        return pieces
    }

    private static let streamPrefix = "Filter: tcp.stream eq "

    /// - Returns: `nil` if the line has other characters than pairs of hexadecimal digits.
    private static func bytes(of line: Substring) -> [UInt8]? {
        let digits = line.utf8.map { digit in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x61 + 10
            default: UInt8.max
            }
        }
        guard digits.count.isMultiple(of: 2), !digits.isEmpty, !digits.contains(.max) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
