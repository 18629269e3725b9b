/// A JSON Pointer (RFC 6901): where a value is in a JSON text.
package struct JSONPointer: Sendable, Hashable {
    /// A step from an object or array to a value inside it.
    struct Step: Sendable, Hashable {
        /// The name of an object's member, in UTF-8.
        let name: [UInt8]
        /// The number of an array's element, from 0; `nil` if the step is not a number.
        let element: Int?
    }

    let steps: [Step]

    /// The result is `nil` for a text that RFC 6901 §3 does not allow, and for more than ``JSONScanner/maximumDepth``
    /// steps.
    ///
    /// - Parameter text: For example `/meta/seq` or `/0/id`; the empty text means the whole value. In a name, `~1`
    ///   means `/` and `~0` means `~`.
    package init?(_ text: String) {
        var steps: [Step] = []
        if !text.isEmpty {
            let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            // Before the first slash there is nothing.
            guard parts.first?.isEmpty == true else { return nil }
            for part in parts.dropFirst() {
                guard let step = Step(escaped: part) else { return nil }
                steps.append(step)
            }
        }
        guard steps.count <= JSONScanner.maximumDepth else { return nil }
        self.steps = steps
    }

    /// A member of the outermost object.
    package init(member name: String) { steps = [Step(name: Array(name.utf8), element: nil)] }

    /// An element of the outermost array, counted from 0.
    package init(element number: Int) { steps = [Step(name: Array("\(number)".utf8), element: number)] }
}

extension JSONPointer.Step {
    /// - Returns: `nil` for a `~` that neither `0` nor `1` follows.
    init?(escaped text: some Sequence<UInt8>) {
        var name: [UInt8] = []
        var bytes = text.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "~") else {
                name.append(byte)
                continue
            }
            guard let code = bytes.next() else { return nil }
            switch code {
            case UInt8(ascii: "0"): name.append(UInt8(ascii: "~"))
            case UInt8(ascii: "1"): name.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        self.init(name: name, element: Self.element(name))
    }

    /// RFC 6901 §4: digits without a leading zero. `-`, the element after the last one, never exists.
    private static func element(_ name: [UInt8]) -> Int? {
        let isNumber = !name.isEmpty && name.count <= 9 && name.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        guard isNumber, name.count == 1 || name[0] != 0x30 else { return nil }
        return name.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
