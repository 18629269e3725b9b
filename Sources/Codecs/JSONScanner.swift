/// Why a text cannot be read as JSON (RFC 8259).
package enum JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The position of the first byte that is not allowed, counted from 0; the length of a text that ends too early.
    case malformed(position: Int)
    /// Arrays and objects are nested deeper than ``JSONScanner/maximumDepth``.
    case nestedTooDeep

    package var description: String {
        switch self {
        case .malformed(let position): "it is not JSON from byte \(position) on"
        case .nestedTooDeep: "it is nested more than \(JSONScanner.maximumDepth) levels deep"
        }
    }
}

/// Checks a JSON text (RFC 8259) and finds one of its values, in place: it makes no tree and allocates nothing.
///
/// It does not check that strings are valid UTF-8.
package struct JSONScanner {
    /// Deepest nesting of arrays and objects.
    package static let maximumDepth = 128

    /// A value, by the range of its bytes.
    package enum Value: Equatable, Sendable {
        /// Without quotation marks; ``JSONString`` decodes its escapes.
        case string(Range<Int>)
        case number(Range<Int>)
        /// An object, an array, `true`, `false` or `null`.
        case other
    }

    private let bytes: UnsafeRawBufferPointer
    private let steps: [JSONPointer.Step]
    private var index = 0
    private var found: Value?

    private init(_ bytes: UnsafeRawBufferPointer, steps: [JSONPointer.Step]) {
        self.bytes = bytes
        self.steps = steps
    }

    /// Checks that the bytes are one JSON value, with or without space around it.
    ///
    /// - Throws: ``JSONFault`` if they are not.
    package static func check(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) {
        var scanner = JSONScanner(bytes, steps: [])
        try scanner.readText(nil)
    }

    /// Checks the whole text and finds the value at a pointer.
    ///
    /// - Returns: `nil` if there is no value. Of several members with the same name, the first one that has the value
    ///   counts.
    /// - Throws: ``JSONFault`` if the bytes are not one JSON value.
    package static func value(
        at pointer: JSONPointer, in bytes: UnsafeRawBufferPointer
    ) throws(JSONFault) -> Value? {
        var scanner = JSONScanner(bytes, steps: pointer.steps)
        try scanner.readText(0)
        return scanner.found
    }

    private mutating func readText(_ step: Int?) throws(JSONFault) {
        try readValue(step, depth: 0)
        skipSpace()
        guard index == bytes.count else { throw .malformed(position: index) }
    }

    // MARK: Values

    // `step` is the number of the pointer's steps that lead here; `nil` for values off its way.
    private mutating func readValue(_ step: Int?, depth: Int) throws(JSONFault) {
        skipSpace()
        let start = index
        var value = Value.other
        switch current {
        case UInt8(ascii: "{"): try readObject(step, depth: depth + 1)
        case UInt8(ascii: "["): try readArray(step, depth: depth + 1)
        case JSONString.quote:
            try readString()
            value = .string(start + 1..<index - 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try readNumber()
            value = .number(start..<index)
        case UInt8(ascii: "t"): try readWord("true")
        case UInt8(ascii: "f"): try readWord("false")
        case UInt8(ascii: "n"): try readWord("null")
        default: throw .malformed(position: index)
        }
        if step == steps.count, found == nil { found = value }
    }

    private mutating func readObject(_ step: Int?, depth: Int) throws(JSONFault) {
        try readOpening(depth)
        if takes(UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            let start = index
            guard current == JSONString.quote else { throw .malformed(position: index) }
            try readString()
            let name = UnsafeRawBufferPointer(rebasing: bytes[start + 1..<index - 1])
            guard takes(UInt8(ascii: ":")) else { throw .malformed(position: index) }
            try readValue(next(step) { JSONString.content(name, equals: $0.name) }, depth: depth)
        } while takes(UInt8(ascii: ","))
        guard takes(UInt8(ascii: "}")) else { throw .malformed(position: index) }
    }

    private mutating func readArray(_ step: Int?, depth: Int) throws(JSONFault) {
        try readOpening(depth)
        if takes(UInt8(ascii: "]")) { return }
        var element = 0
        repeat {
            try readValue(next(step) { $0.element == element }, depth: depth)
            element += 1
        } while takes(UInt8(ascii: ","))
        guard takes(UInt8(ascii: "]")) else { throw .malformed(position: index) }
    }

    private mutating func readOpening(_ depth: Int) throws(JSONFault) {
        guard depth <= Self.maximumDepth else { throw .nestedTooDeep }
        index += 1
    }

    /// The step after `step`, if the pointer leads on to the value that `leads` describes.
    private func next(_ step: Int?, _ leads: (JSONPointer.Step) -> Bool) -> Int? {
        guard let step, step < steps.count, leads(steps[step]) else { return nil }
        return step + 1
    }

    private mutating func readString() throws(JSONFault) {
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case JSONString.quote: return
            case JSONString.backslash: try readEscape()
            case 0..<0x20: throw .malformed(position: index - 1)
            default: break
            }
        }
        throw .malformed(position: index)
    }

    private mutating func readEscape() throws(JSONFault) {
        switch current {
        case UInt8(ascii: "u"):
            index += 1
            for _ in 0..<4 {
                guard JSONString.hexadecimal(current) != nil else { throw .malformed(position: index) }
                index += 1
            }
        case JSONString.quote, JSONString.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 1
        default: throw .malformed(position: index)
        }
    }

    private mutating func readNumber() throws(JSONFault) {
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") { index += 1 } else { try readDigits() }
        if current == UInt8(ascii: ".") {
            index += 1
            try readDigits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            try readDigits()
        }
    }

    private mutating func readDigits() throws(JSONFault) {
        let start = index
        while current >= 0x30, current <= 0x39 { index += 1 }
        guard index > start else { throw .malformed(position: index) }
    }

    private mutating func readWord(_ word: StaticString) throws(JSONFault) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard current == word.utf8Start[offset] else { throw .malformed(position: index) }
            index += 1
        }
    }

    // MARK: Bytes

    /// The next byte; 0 at the end, which JSON allows nowhere.
    private var current: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipSpace() {
        while JSONString.isSpace(current) { index += 1 }
    }

    private mutating func takes(_ byte: UInt8) -> Bool {
        skipSpace()
        guard current == byte else { return false }
        index += 1
        return true
    }
}
