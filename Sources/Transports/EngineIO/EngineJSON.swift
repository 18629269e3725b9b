import Codecs

/// The JSON (RFC 8259) in a packet of Engine.IO or Socket.IO.
///
/// If the text is not one JSON value, it has no values.
struct EngineJSON {
    private let bytes: [UInt8]

    // So that a number always fits.
    private static let mostDigits = 15

    init(_ bytes: some Collection<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether it is one JSON value.
    var isValue: Bool { bytes.withUnsafeBytes { (try? JSONScanner.check($0)) != nil } }

    /// Whether it is an array with this number of elements.
    func isArray(of count: Int) -> Bool {
        isArray && hasValue(at: JSONPointer(element: count - 1)) && !hasValue(at: JSONPointer(element: count))
    }

    /// Whether it begins as an array does.
    var isArray: Bool { bytes.first == UInt8(ascii: "[") }

    /// - Returns: The content of the string at a place, as UTF-8 without escapes; `nil` if there is no string.
    func string(at place: JSONPointer) -> [UInt8]? {
        bytes.withUnsafeBytes { bytes in
            guard case .string(let range) = try? JSONScanner.value(at: place, in: bytes) else { return nil }
            return JSONString.decoded(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// - Returns: The number at a place; `nil` if no number is there, or it is not whole, has a sign, or has more than
    ///   15 digits.
    func wholeNumber(at place: JSONPointer) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard case .number(let range) = try? JSONScanner.value(at: place, in: bytes),
                range.count <= Self.mostDigits
            else { return nil }
            return Int(String(decoding: bytes[range], as: UTF8.self)).flatMap { $0 < 0 ? nil : $0 }
        }
    }

    private func hasValue(at place: JSONPointer) -> Bool {
        bytes.withUnsafeBytes { (try? JSONScanner.value(at: place, in: $0)) != nil }
    }
}
