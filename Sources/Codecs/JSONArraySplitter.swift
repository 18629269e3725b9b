/// Separates the elements of a JSON array (RFC 8259 §5) from its brackets, commas and the space around them, from
/// bytes split at any positions. It keeps no bytes.
///
/// It checks only the array itself, and ``JSONScanner`` an element.
package struct JSONArraySplitter: Sendable {
    /// The next bytes of the array.
    package enum Piece {
        /// This number of bytes before, between or after elements.
        case outside(Int)
        /// A part of an element, possibly empty; `isComplete` if the element ends with it.
        case element(UnsafeRawBufferPointer, isComplete: Bool)
    }

    private enum State: Equatable, Sendable {
        case beforeArray
        case afterOpening
        case afterComma
        /// Within a number or a word, which the next comma, bracket or space ends.
        case plain
        /// Within a string, an array or an object, which has an end.
        case delimited
        case afterElement
        case ended
    }

    private var state = State.beforeArray
    private var position = 0
    // Open brackets within the element.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false

    package init() {}

    /// Whether the opening bracket has been read.
    package var hasBegun: Bool { state != .beforeArray }
    /// Whether the closing bracket has been read.
    package var isComplete: Bool { state == .ended }

    /// Takes the next piece from the front of `rest`.
    ///
    /// - Returns: `nil` if `rest` is empty.
    /// - Throws: ``JSONFault``; the bytes in `rest` have no meaning then. Its position counts from the first byte read.
    package mutating func next(_ rest: inout UnsafeRawBufferPointer) throws(JSONFault) -> Piece? {
        if rest.isEmpty { return nil }
        let outside = try countOutside(rest)
        if outside > 0 {
            take(outside, from: &rest)
            return .outside(outside)
        }
        let (count, isComplete) = try countElement(rest)
        let part = UnsafeRawBufferPointer(rebasing: rest[..<count])
        take(count, from: &rest)
        if isComplete { state = .afterElement }
        return .element(part, isComplete: isComplete)
    }

    private mutating func take(_ count: Int, from rest: inout UnsafeRawBufferPointer) {
        position += count
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }

    // Bytes until an element begins; 0 within an element.
    private mutating func countOutside(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) -> Int {
        var count = 0
        while count < bytes.count, state != .plain, state != .delimited {
            let byte = bytes[count]
            if !JSONString.isSpace(byte), !beginsElement(byte) {
                guard let next = state(after: byte) else { throw .malformed(position: position + count) }
                state = next
            }
            if state == .plain || state == .delimited { break }
            count += 1
        }
        return count
    }

    private mutating func beginsElement(_ byte: UInt8) -> Bool {
        guard state == .afterOpening || state == .afterComma else { return false }
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"): return false
        case JSONString.quote, UInt8(ascii: "["), UInt8(ascii: "{"): state = .delimited
        default: state = .plain
        }
        return true
    }

    private func state(after byte: UInt8) -> State? {
        switch (state, byte) {
        case (.beforeArray, UInt8(ascii: "[")): .afterOpening
        case (.afterElement, UInt8(ascii: ",")): .afterComma
        case (.afterOpening, UInt8(ascii: "]")), (.afterElement, UInt8(ascii: "]")): .ended
        default: nil
        }
    }

    private mutating func countElement(
        _ bytes: UnsafeRawBufferPointer
    ) throws(JSONFault) -> (count: Int, isComplete: Bool) {
        if state == .plain {
            let end = bytes.firstIndex {
                JSONString.isSpace($0) || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "]")
            }
            return (end ?? bytes.count, end != nil)
        }
        var count = 0
        while count < bytes.count {
            count += 1
            if try closes(bytes[count - 1]) { return (count, true) }
        }
        return (count, false)
    }

    /// Whether a byte is the last one of a string, array or object.
    private mutating func closes(_ byte: UInt8) throws(JSONFault) -> Bool {
        if isEscaped {
            isEscaped = false
        } else if byte == JSONString.quote {
            isInString.toggle()
        } else if isInString {
            isEscaped = byte == JSONString.backslash
        } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
            depth += 1
            guard depth <= JSONScanner.maximumDepth else { throw .nestedTooDeep }
        } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
            depth -= 1
        }
        return depth == 0 && !isInString
    }
}
