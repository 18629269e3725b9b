import WireAccounting

/// Bytes explained part by part: a tree for people, as text or JSON.
package struct Explanation: Sendable, Hashable, Codable {
    package enum Subject: String, Sendable, Hashable, Codable {
        case handshake, frames, exchange
    }

    package let subject: Subject
    /// The whole in one sentence.
    package let summary: String
    /// Everything that is wrong, in one sentence each; the parts repeat them where they belong.
    package let faults: [String]
    package let parts: [ExplainedPart]
    /// Bytes by layer and direction, such as `up` and `http_head`; only of an exchange.
    package let layers: [String: [String: Int64]]?

    package init(
        _ subject: Subject, summary: String, parts: [ExplainedPart], layers: [String: [String: Int64]]? = nil
    ) {
        self.subject = subject
        self.summary = summary
        self.parts = parts
        self.layers = layers
        faults = parts.flatMap(\.allFaults)
    }
}

/// A part of explained bytes: a field, some bits, a step of a calculation, or a group of these.
package struct ExplainedPart: Sendable, Hashable, Codable {
    package let name: String
    /// What the bytes say, readable.
    package var value: String?
    /// What that means, with the section of the standard.
    package var meaning: String?
    /// Positions in the input: the first byte, and the byte after the last one.
    package var from: Int?
    package var to: Int?
    package var hex: String?
    package var bits: String?
    package var layer: ByteLayer?
    package var faults: [String] = []
    package var parts: [ExplainedPart] = []

    package init(
        _ name: String, value: String? = nil, meaning: String? = nil, range: Range<Int>? = nil, hex: String? = nil,
        bits: String? = nil, layer: ByteLayer? = nil, faults: [String] = [], parts: [ExplainedPart] = []
    ) {
        self.name = name
        self.value = value
        self.meaning = meaning
        from = range?.lowerBound
        to = range?.upperBound
        self.hex = hex
        self.bits = bits
        self.layer = layer
        self.faults = faults
        self.parts = parts
    }

    var allFaults: [String] { faults + parts.flatMap(\.allFaults) }
}

/// Input that cannot be explained, in one sentence.
package struct UnexplainableInput: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ sentence: String) {
        description = sentence
    }
}

/// The largest input that is explained.
package enum ExplanationLimits {
    package static let inputBytes = 64 << 10
    /// The explanation of a frame of two bytes takes more than 1 kB.
    static let frames = 1_000
    /// Above the limit of any server.
    static let handshakeFields = 200

    static func check(_ bytes: Int) throws(UnexplainableInput) {
        guard bytes > 0 else { throw UnexplainableInput("there are no bytes to explain") }
        guard bytes <= inputBytes else {
            throw UnexplainableInput("the input has \(bytes) B; at most \(inputBytes) B are explained")
        }
    }
}

/// Bytes as people read them.
enum Shown {
    /// Pairs of hexadecimal digits, with spaces; a long text is cut.
    static func hex(_ bytes: some Collection<UInt8>, limit: Int = 64) -> String {
        let shown = bytes.prefix(limit).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        return bytes.count > limit ? shown + " … (\(bytes.count) B)" : shown
    }

    /// ASCII text; other bytes as `\xNN`.
    static func text(_ bytes: some Collection<UInt8>, limit: Int = 256) -> String {
        let shown = bytes.prefix(limit).map(character).joined()
        return bytes.count > limit ? shown + " … (\(bytes.count) B)" : shown
    }

    static func bits(_ byte: UInt8, _ range: Range<Int>) -> String {
        range.map { byte & (0x80 >> UInt8($0)) == 0 ? "0" : "1" }.joined()
    }

    private static func character(_ byte: UInt8) -> String {
        switch byte {
        case 0x0a: "\\n"
        case 0x0d: "\\r"
        case 0x09: "\\t"
        case 0x5c: "\\\\"
        case 0x20..<0x7f: String(UnicodeScalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
}
