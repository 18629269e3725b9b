import Codecs
import Testing

@Suite("JSON texts, RFC 8259")
struct JSONScannerTests {
    private static let valid = [
        "null", "true", "false", "0", "-0", "-1.5e+10", "10E-3", "\"\"", "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "[]",
        "{}", " [ 1 , \"two\" , [ ] , { \"a\" : null } ]\r\n\t", "{\"a\":1,\"a\":2}", "\"\u{e9}\u{1f600}\u{7f}\"",
    ]

    private static let malformed: [(text: String, position: Int)] = [
        ("", 0), ("  ", 2), ("nul", 3), ("nulx", 3), ("True", 0), ("01", 1), ("+1", 0), ("1.", 2), (".5", 0), ("-", 1),
        ("1e", 2), ("1e+", 3), ("'a'", 0), ("\"a", 2), ("\"\n\"", 1), ("\"\\x\"", 2), ("\"\\u12g4\"", 5),
        ("\"\\u12", 5), ("[1,]", 3), ("[,]", 1), ("[1 2]", 3), ("[1", 2), ("{1:2}", 1), ("{\"a\"}", 4),
        ("{\"a\":}", 5), ("{\"a\":1,}", 7), ("{\"a\":1", 6), ("[1}", 2), ("1 1", 2), ("[]]", 2), ("\u{0}", 0),
        ("1\u{0}", 1), ("\u{feff}1", 0),
    ]

    @Test("a JSON value is accepted, with or without space around it", arguments: valid)
    func accepts(text: String) {
        #expect(throws: Never.self) { try Self.check(text) }
    }

    @Test("any other text is refused at its first wrong byte", arguments: malformed)
    func refuses(text: String, position: Int) {
        #expect(throws: JSONFault.malformed(position: position)) { try Self.check(text) }
    }

    @Test("arrays and objects may be nested 128 deep")
    func depth() {
        #expect(throws: Never.self) { try Self.check(Self.nested(128)) }
        #expect(throws: JSONFault.nestedTooDeep) { try Self.check(Self.nested(129)) }
        #expect(throws: JSONFault.nestedTooDeep) { try Self.check(String(repeating: "{\"a\":", count: 100_000)) }
    }

    private static let document =
        #"{"a":1,"m":{"n":"x","~":2,"/":3,"":{"":4}},"list":[5,[6,"seven"]],"e\u00e9":8,"a":9,"01":10}"#

    @Test(
        "a pointer finds its value, or none",
        arguments: [
            ("/a", "1"), ("/m/n", "'x"), ("/m/~0", "2"), ("/m/~1", "3"), ("/m//", "4"), ("/list/0", "5"),
            ("/list/1/0", "6"), ("/list/1/1", "'seven"), ("/eé", "8"), ("/01", "10"), ("", "other"), ("/m", "other"),
            ("/list", "other"), ("/b", nil), ("/a/b", nil), ("/list/2", nil), ("/list/-", nil), ("/list/01", nil),
            ("/list/+0", nil), ("/m/n/0", nil), ("/", nil),
        ] as [(String, String?)])
    func pointers(pointer: String, expected: String?) throws {
        #expect(try Self.value(at: pointer, in: Self.document) == expected)
    }

    @Test("a pointer to the whole value finds numbers and strings", arguments: [(" 12 ", "12"), ("\"12\"", "'12")])
    func wholeValue(text: String, expected: String) throws {
        #expect(try Self.value(at: "", in: text) == expected)
    }

    @Test("a text after the value that is not JSON is refused too")
    func afterValue() {
        #expect(throws: JSONFault.malformed(position: 7)) { try Self.value(at: "/a", in: "{\"a\":1,}") }
    }

    @Test("RFC 6901 §3: a pointer is empty or starts with a slash, and 0 or 1 follows each tilde")
    func invalidPointers() {
        for text in ["a", "a/b", "#/a", "/~", "/~2", "/a~"] { #expect(JSONPointer(text) == nil, "\(text)") }
        for text in ["", "/", "//", "/~01", "/a b"] { #expect(JSONPointer(text) != nil, "\(text)") }
        #expect(JSONPointer(String(repeating: "/a", count: 128)) != nil)
        #expect(JSONPointer(String(repeating: "/a", count: 129)) == nil)
    }

    @Test(
        "escapes in strings are decoded; half a surrogate pair becomes U+FFFD",
        arguments: [
            (#"a\"\\\/\b\f\n\r\t"#, "a\"\\/\u{8}\u{c}\n\r\t"), (#"\u0041\u00e9\u20ac"#, "A\u{e9}\u{20ac}"),
            (#"\ud83d\ude00!"#, "\u{1f600}!"), (#"\ud83d!"#, "\u{fffd}!"), (#"\ude00"#, "\u{fffd}"),
            (#"\ud83d\u0041"#, "\u{fffd}A"), (#"\ud83d\ud83d\ude00"#, "\u{fffd}\u{1f600}"), ("plain", "plain"),
            // Not valid, but no trap.
            (#"\"#, ""), (#"\u12"#, "\u{fffd}"), (#"\ud83d\u"#, "\u{fffd}\u{fffd}"),
        ])
    func strings(content: String, text: String) {
        let decoded = Array(content.utf8).withUnsafeBytes { JSONString.decoded($0) }
        #expect(String(decoding: decoded, as: UTF8.self) == text)
    }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    private static func check(_ text: String) throws {
        try Array(text.utf8).withUnsafeBytes { try JSONScanner.check($0) }
    }

    // A string's content with an apostrophe before it.
    private static func value(at pointer: String, in text: String) throws -> String? {
        let parsed = try #require(JSONPointer(pointer))
        let bytes = Array(text.utf8)
        switch try bytes.withUnsafeBytes({ try JSONScanner.value(at: parsed, in: $0) }) {
        case .number(let range): return String(decoding: bytes[range], as: UTF8.self)
        case .string(let range): return "'" + String(decoding: bytes[range], as: UTF8.self)
        case .other: return "other"
        case nil: return nil
        }
    }
}

@Suite("Elements of a JSON array, RFC 8259 §5")
struct JSONArraySplitterTests {
    @Test(
        "elements are separated wherever the bytes are cut",
        arguments: [
            ("[]", []), (" [\n] ", []), ("[1]", ["1"]), ("[ 1 ,true,\t\"a\" ]\n", ["1", "true", "\"a\""]),
            ("[\"[,]\\\"\",{\"a\":[1,2],\"b\":\"}\"},[[]]]", ["\"[,]\\\"\"", "{\"a\":[1,2],\"b\":\"}\"}", "[[]]"]),
            // Elements are not checked.
            ("[x,{]]", ["x", "{]"]),
        ])
    func elements(text: String, expected: [String]) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            var reading = Reading()
            try reading.read(bytes[..<cut])
            try reading.read(bytes[cut...])
            #expect(reading.elements == expected, "cut at \(cut)")
            #expect(reading.splitter.isComplete)
            #expect(reading.outside + expected.joined().utf8.count == bytes.count)
        }
    }

    @Test(
        "an array with another structure is refused at its first wrong byte, wherever the bytes are cut",
        arguments: [
            ("{}", 0), ("x", 0), ("[,1]", 1), ("[1,]", 3), ("[1,,2]", 3), ("[1 2]", 3), ("[1]]", 3), ("[}", 1),
            ("[\"a\"b]", 4), ("[]x", 2),
        ])
    func structure(text: String, position: Int) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            #expect(throws: JSONFault.malformed(position: position), "cut at \(cut)") {
                var reading = Reading()
                try reading.read(bytes[..<cut])
                try reading.read(bytes[cut...])
            }
        }
    }

    @Test("an element may be nested 128 deep")
    func depth() {
        func read(_ depth: Int) throws {
            var reading = Reading()
            try reading.read(Array(("[" + String(repeating: "[", count: depth)).utf8)[...])
        }
        #expect(throws: Never.self) { try read(128) }
        #expect(throws: JSONFault.nestedTooDeep) { try read(129) }
    }

    @Test("an array is incomplete without its end", arguments: ["", " ", "[", "[1", "[1,", "[\"]", "[[]"])
    func incomplete(text: String) throws {
        var reading = Reading()
        try reading.read(Array(text.utf8)[...])
        #expect(!reading.splitter.isComplete)
        #expect(reading.splitter.hasBegun == text.contains("["))
    }

    private struct Reading {
        var splitter = JSONArraySplitter()
        var elements: [String] = []
        var outside = 0
        var element: [UInt8] = []

        mutating func read(_ bytes: ArraySlice<UInt8>) throws {
            try bytes.withUnsafeBytes { raw in
                var rest = raw
                while let piece = try splitter.next(&rest) {
                    switch piece {
                    case .outside(let count): outside += count
                    case .element(let part, let isComplete):
                        element += part
                        if isComplete {
                            elements.append(String(decoding: element, as: UTF8.self))
                            element = []
                        }
                    }
                }
            }
        }
    }
}
