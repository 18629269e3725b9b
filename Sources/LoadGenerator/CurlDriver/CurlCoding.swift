import CCurl
import Glibc
import Transports

/// How a response was encoded, with the header fields that say it. Responses of one server usually have the same ones.
final class CurlCoding {
    let coding: ResponseCoding
    // In the order of `names`; `nil` for a field that the response did not have.
    private let fields: (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)

    private static let names = ("Transfer-Encoding", "Content-Encoding", "Content-Type")

    init(_ coding: ResponseCoding, ofResponseTo easy: UnsafeMutableRawPointer) {
        self.coding = coding
        let copy = { (name: String) in Self.field(name, ofResponseTo: easy).flatMap { strdup($0) } }
        fields = (copy(Self.names.0), copy(Self.names.1), copy(Self.names.2))
    }

    deinit {
        free(fields.0)
        free(fields.1)
        free(fields.2)
    }

    /// Whether the current response of an easy handle has the same fields.
    func isThat(ofResponseTo easy: UnsafeMutableRawPointer) -> Bool {
        Self.isSame(fields.0, Self.field(Self.names.0, ofResponseTo: easy))
            && Self.isSame(fields.1, Self.field(Self.names.1, ofResponseTo: easy))
            && Self.isSame(fields.2, Self.field(Self.names.2, ofResponseTo: easy))
    }

    /// The value of the first field of this name in the current response; valid until libcurl is called again.
    static func field(_ name: String, ofResponseTo easy: UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>? {
        var field: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(easy, name, 0, UInt32(CURLH_HEADER), -1, &field) == CURLHE_OK else { return nil }
        return field?.pointee.value
    }

    private static func isSame(_ one: UnsafeMutablePointer<CChar>?, _ other: UnsafeMutablePointer<CChar>?) -> Bool {
        guard let one, let other else { return one == nil && other == nil }
        return strcmp(one, other) == 0
    }
}
