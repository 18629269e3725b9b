import Testing

@testable import Expressions

@Suite("Texts that are no conditions")
struct ExpressionFaultTests {
    @Test(
        "one sentence says where and what",
        arguments: [
            ("", "at its end: a number or a column is missing here"),
            ("latency_p99_us", "at \"latency_p99_us\": a comparison is missing, such as \"> 5\""),
            ("latency_p99_us > 5", "latency_p99_us is a time; write 5us, 5ms or 5s"),
            ("5 < latency_p99_us", "latency_p99_us is a time; write 5us, 5ms or 5s"),
            ("latency_p99_us > 5kB", "latency_p99_us is a time, and 5kB is bytes"),
            ("latency_p99_us + missed > 5ms", "latency_p99_us is a time, and missed is a number"),
            ("latency_p99_ms > 5ms", "no column \"latency_p99_ms\" with numbers; did you mean latency_p99_us?"),
            ("latency_p50 > 1ms", "no column \"latency_p50\" with numbers; did you mean latency_p50_us?"),
            ("nothing > 1", "there is no column \"nothing\" with numbers; Results/README.md lists the columns"),
            ("missed-1 > 0", "; a minus needs spaces around it"),
            ("missed > 5 parsecs", "at \"parsecs\": an operator is missing before this"),
            ("missed > 5parsecs", "the unit \"parsecs\" is unknown; allowed: ns, us"),
            ("missed = 5", "\"=\" has no meaning here; did you mean \"==\"?"),
            ("missed > (5", "at its end: \")\" is missing here"),
            ("missed > 5 > 3", "at \"> 3\": an operator is missing before this"),
            ("(missed > 5) + 1 > 2", "a number or a column is needed here, not a comparison"),
            ("missed and items > 1", "a comparison is missing"),
            ("ci(5) > 1", "ci(…) needs a column"),
            ("missed > 'a", "the quotation mark has no second one"),
            ("missed > 5 §", "\"§\" has no meaning here"),
        ])
    func sentences(text: String, expected: String) throws {
        let sentence = try #require(fault(text))
        #expect(sentence.contains(expected), "\(sentence)")
        #expect(!sentence.contains("\n"))
    }

    @Test("no depth and no length exhausts the parser")
    func limits() throws {
        let deep = String(repeating: "(", count: 900)
        #expect(try #require(fault(deep + "missed")).contains("nests deeper than 50 levels"))
        #expect(try #require(fault(String(repeating: "not ", count: 400))).contains("nests deeper"))
        #expect(try #require(fault(String(repeating: "-", count: 1_900) + "1 > 0")).contains("nests deeper"))
        #expect(try #require(fault(String(repeating: "1 + ", count: 1_000))).contains("at most 2000 are allowed"))
        let (open, close) = (String(repeating: "(", count: 40), String(repeating: ")", count: 40))
        #expect(fault(open + "missed" + close + " > 0") == nil)
        #expect(fault(open + "missed > 0" + close) == nil)
    }
}
