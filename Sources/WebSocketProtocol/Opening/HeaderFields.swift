/// The fields of an HTTP head, in order. Names match without regard to case.
struct HeaderFields {
    private let fields: [(name: String, value: String)]

    init(_ fields: [(name: String, value: String)]) {
        self.fields = fields
    }

    /// The values of every field of that name.
    func values(_ name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map { $0.value.trimmingHTTPSpace() }
    }

    /// The value, if the field is there exactly once.
    func single(_ name: String) -> String? {
        let all = values(name)
        return all.count == 1 ? all[0] : nil
    }

    /// The elements of a comma-separated field, over all its lines; empty ones are left out (RFC 9110 §5.6.1).
    func list(_ name: String) -> [String] {
        values(name).flatMap { $0.split(separator: ",") }.map { $0.trimmingHTTPSpace() }.filter { !$0.isEmpty }
    }

    func list(_ name: String, contains token: String) -> Bool {
        list(name).contains { $0.equalsIgnoringCase(token) }
    }
}

extension StringProtocol {
    /// Without the spaces and tabs around it (RFC 9110 §5.6.3).
    func trimmingHTTPSpace() -> String {
        let isSpace: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let rest = utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
        return String(decoding: Array(rest), as: UTF8.self)
    }

    /// Equal but for the case of ASCII letters.
    func equalsIgnoringCase(_ other: some StringProtocol) -> Bool {
        utf8.elementsEqual(other.utf8) { $0.asciiLowercase == $1.asciiLowercase }
    }

    /// One or more token characters (RFC 9110 §5.6.2).
    var isToken: Bool { !isEmpty && utf8.allSatisfy(\.isTokenCharacter) }
}

extension UInt8 {
    fileprivate var asciiLowercase: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }

    /// Allowed in a field's value: visible, space, tab, and bytes above ASCII (RFC 9110 §5.5).
    var isFieldCharacter: Bool { self == 0x09 || (self >= 0x20 && self != 0x7F) }
}
