import HTTP
import Measurement
import Testing

@testable import FeedServer

@Suite("Changes of the page's controls")
struct ControlChangeTests {
    @Test("each field is read with its unit")
    func fields() throws {
        let change = try read(
            """
            {"rate": "5/s", "payload": "1kB", "paused": true, "interval": "250ms", "hold": "2s", "compression": true, \
            "cookie": "400B", "network": "rtt=80ms,loss=1%"}
            """)
        var state = ControlState()
        state.rate = ItemRate(items: 10, per: .seconds(1))
        state.payload = ByteCount(bytes: 128)
        var isChanged = state.apply(change)
        #expect(isChanged)
        #expect(
            PageJSON.text(state) == """
                {"compression":true,"cookie":"400B","hold":"2s","interval":"250ms",\
                "network":"rtt=80ms,loss=1%","paused":true,"payload":"1kB","rate":"5/s","revision":1}
                """)
        isChanged = state.apply(change)
        #expect(!isChanged, "nothing changes the second time")
        #expect(state.revision == 1)
        isChanged = try state.apply(read(#"{"network": "none"}"#))
        #expect(isChanged)
        #expect(state.network == nil)
        #expect(state.revision == 2)
    }

    @Test("what is absent stays as it is")
    func absent() throws {
        var state = ControlState()
        var isChanged = try state.apply(read("{}"))
        #expect(!isChanged)
        isChanged = try state.apply(read(#"{"interval": "2s"}"#))
        #expect(isChanged)
        var expected = ControlState()
        expected.interval = .seconds(2)
        expected.revision = 1
        #expect(state == expected)
    }

    @Test("a reset returns to the first state with a new number")
    func reset() throws {
        let first = ControlState()
        var state = first
        var isChanged = state.replace(with: first)
        #expect(!isChanged)
        _ = state.apply(try read(#"{"compression": true, "cookie": "1B"}"#))
        isChanged = state.replace(with: first)
        #expect(isChanged)
        #expect(state.revision == 2)
        #expect(!state.compression)
    }

    @Test("a feed without rate and size shows null")
    func otherFeed() {
        let text = PageJSON.text(ControlState())
        #expect(text.contains(#""payload":null,"rate":null"#))
        #expect(text.contains(#""network":"none""#))
    }

    @Test(
        "what is not allowed is refused in one sentence that says what is",
        arguments: [
            ("", #"the body is not a JSON object such as {"rate": "5/s"}"#),
            ("[]", #"the body is not a JSON object such as {"rate": "5/s"}"#),
            (#"{"rate": 5}"#, "rate is a number; allowed a text with its unit, 1/min to 1000/s"),
            (#"{"rate": "5000/s"}"#, "rate is 5000/s; allowed 1/min to 1000/s"),
            (#"{"payload": "2B"}"#, "payload is 2 B; allowed 20 B to 64 KiB"),
            (#"{"paused": "yes"}"#, #"paused is "yes"; allowed true, false"#),
            (#"{"cookie": null}"#, "cookie is null; allowed a text with its unit, 0 B to 4 kB"),
            (#"{"hold": {}}"#, "hold is a list or an object; allowed a text with its unit, 100 ms to 120 s"),
            (#"{"network": true}"#, "network is true; allowed a text such as none, lte or rtt=50ms,loss=1%"),
            (
                #"{"network": "buffering=whole"}"#,
                "network has buffering, which the page does not offer; leave it out"
            ),
            (
                #"{"rat": "5/s"}"#,
                #"there is no control "rat"; allowed rate, payload, paused, interval, hold, compression, cookie, "#
                    + "network; did you mean rate?"
            ),
        ])
    func refused(body: String, sentence: String) {
        #expect(throws: RequestFault(.badRequest, sentence)) { try read(body) }
    }

    @Test("a network that no scenario may have is refused", arguments: ["rtt=1h", "lt", "loss=99%", "rtt", "a=b"])
    func networks(text: String) {
        #expect(throws: RequestFault.self) { try read(#"{"network": "\#(text)"}"#) }
    }

    private func read(_ text: String) throws -> ControlChange { try ControlChange(Array(text.utf8)) }
}
