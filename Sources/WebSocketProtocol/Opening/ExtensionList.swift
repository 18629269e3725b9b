import HTTP

/// One element of `Sec-WebSocket-Extensions` (RFC 6455 §9.1).
struct ExtensionElement {
    var name: String
    var parameters: [(name: String, value: String?)] = []

    /// Reads a list.
    ///
    /// - Parameter lines: The values of all lines of the field.
    /// - Returns: `nil` if they violate the grammar: fail the connection (§9.1).
    static func list(_ lines: [String]) -> [ExtensionElement]? {
        var scanner = ExtensionScanner(lines.joined(separator: ","))
        return scanner.list()
    }
}

private struct ExtensionScanner {
    private var rest: ArraySlice<UInt8>

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    mutating func list() -> [ExtensionElement]? {
        var elements: [ExtensionElement] = []
        while true {
            // RFC 9110 §5.6.1 allows empty list elements.
            while takes(",") {}
            guard !rest.isEmpty else { return elements }
            guard let element = element() else { return nil }
            elements.append(element)
            guard rest.isEmpty || takes(",") else { return nil }
        }
    }

    private mutating func element() -> ExtensionElement? {
        guard let name = token() else { return nil }
        var element = ExtensionElement(name: name)
        while takes(";") {
            guard let name = token() else { return nil }
            var value: String?
            if takes("=") {
                value = takes("\"") ? quoted() : token()
                guard value != nil else { return nil }
            }
            element.parameters.append((name, value))
        }
        return element
    }

    private mutating func token() -> String? {
        skipSpace()
        let characters = rest.prefix(while: \.isTokenByte)
        rest = rest.dropFirst(characters.count)
        skipSpace()
        return characters.isEmpty ? nil : String(decoding: characters, as: UTF8.self)
    }

    /// §9.1: the content of a quoted value must be a token.
    private mutating func quoted() -> String? {
        var characters: [UInt8] = []
        while let character = rest.popFirst() {
            if character == UInt8(ascii: "\"") {
                skipSpace()
                let text = String(decoding: characters, as: UTF8.self)
                return text.isToken ? text : nil
            }
            let isEscape = character == UInt8(ascii: "\\")
            guard let plain = isEscape ? rest.popFirst() : character else { return nil }
            characters.append(plain)
        }
        return nil
    }

    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard rest.first == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func skipSpace() {
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
    }
}
