import HTTP
import Measurement
import Testing

@testable import Transports

@Suite("Requests for the feed")
struct FeedRequestTests {
    @Test(
        "the cursor",
        arguments: [
            ("", nil), ("?", nil), ("?after=0", 0), ("?after=7", 7), ("?after=007", 7), ("?hold=1s&after=3", 3),
            ("?after=3&hold=1s", 3), ("?after=123456789012345678", 123_456_789_012_345_678),
            ("?after=1234567890123456789", 1_234_567_890_123_456_789),
            ("?after=9223372036854775806", 9_223_372_036_854_775_806),
            ("?other=9", nil), ("?xafter=9", nil), ("?&&after=2&", 2),
        ] as [(String, UInt64?)])
    func cursor(query: String, after: UInt64?) throws {
        #expect(try feedRequest("/poll" + query).after == after)
    }

    @Test(
        "hold and latest",
        arguments: [
            ("?after=1", nil, false), ("?hold=25s", .seconds(25), false),
            ("?hold=1ms&latest=1", .milliseconds(1), true),
            ("?latest=0&hold=120s", .seconds(120), false), ("?hold=2min", .seconds(120), false),
        ] as [(String, Duration?, Bool)])
    func holdAndLatest(query: String, hold: Duration?, latestOnly: Bool) throws {
        let request = try feedRequest("/long-poll" + query)
        #expect(request.hold == hold)
        #expect(request.latestOnly == latestOnly)
    }

    @Test(
        "an invalid value is refused with 400 and the allowed values",
        arguments: [
            ("after=", "after is ''; "), ("after", "after is ''; "), ("after=-1", "after is '-1'; "),
            ("after=+1", "after is '+1'; "),
            ("after=x", "after is 'x'; "), ("after=%31", "after is '%31'; "), ("after=1.0", "after is '1.0'; "),
            ("after=9223372036854775807", "after is '9223372036854775807'; "),
            ("after=18446744073709551616", "after is '18446744073709551616'; "), ("after=1&after=x", "after is 'x'; "),
            ("hold=", "hold is ''; "), ("hold=25", "hold is '25'; "), ("hold=0s", "hold is '0s'; "),
            ("hold=999us", "hold is '999us'; "),
            ("hold=121s", "hold is '121s'; "), ("hold=-1s", "hold is '-1s'; "), ("latest=2", "latest is '2'; "),
            ("latest=true", "latest is 'true'; "), ("latest", "latest is ''; "),
        ])
    func refused(query: String, beginning: String) {
        do {
            _ = try feedRequest("/poll?" + query)
            Issue.record("the request was accepted")
        } catch {
            let fault = error as? RequestFault
            #expect(fault?.status == .badRequest)
            #expect(fault?.sentence.hasPrefix(beginning + "allowed") == true)
        }
    }
}
