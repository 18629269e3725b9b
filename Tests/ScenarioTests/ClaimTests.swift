import Expressions
import ResultFiles
import Testing

@testable import Scenario

@Suite("Published claims of a scenario")
struct ClaimTests {
    private static let start = """
        name: claims
        feeds: [{source: synthetic, rate: [1/s, 10/s]}]
        clients: 10
        transports: [{use: sse}, {use: short-poll, interval: [100ms, 1s]}]
        claims:
          - id: bytes
            source: Somebody, table 1
            statement: A poll costs 871 B.

        """

    private static let slow = "synthetic-1-per-s-128B_10-clients_sse"

    private func scenario(_ lines: String) throws -> Scenario {
        try Scenario(text: Self.start + lines, file: "claims.yaml")
    }

    @Test("a claim names its cases and its range, in the unit of the published number")
    func claim() throws {
        let claim = try #require(
            try scenario(
                """
                    quantity: one.latency_p50_us / 2
                    published: [10ms, 20ms]
                    tolerance: 10%
                    cases: {one: \(Self.slow)}

                """
            ).claims.first)
        #expect(claim.unit == "ms")
        #expect((claim.low, claim.high, claim.tolerance) == (10, 20, 0.1))
        #expect((claim.lowest, claim.highest) == (9, 22))
        #expect(claim.origin == .published)
        #expect(claim.binding.cases.map(\.id) == [Self.slow])
        #expect(claim.words == "one.latency_p50_us / 2")
    }

    @Test(
        "a wrong claim gives one sentence with its line",
        arguments: [
            (
                "    quantity: websocket.requests\n    published: 1\n",
                "9: no case is named websocket; allowed sse, short-poll, interval-100ms, interval-1s and the ids of "
                    + "cases"
            ),
            (
                "    quantity: sse.requests\n    published: 1\n",
                "9: sse names 2 cases, such as \(slow); name one in cases: {sse: ID}"
            ),
            (
                "    quantity: requests\n    published: 1\n",
                "9: quantity has requests without a case; write websocket.requests, or another case"
            ),
            (
                "    quantity: one.requests\n    published: [3, 2]\n    cases: {one: \(slow)}\n",
                "10: published is an empty range: 3 is above 2; write the lower bound first"
            ),
            (
                "    quantity: one.requests\n    published: {}\n    cases: {one: \(slow)}\n",
                "10: published is an empty range; write at-least, at-most or both"
            ),
            (
                "    quantity: one.requests\n    published: 5ms\n    cases: {one: \(slow)}\n",
                "10: published has 5ms, but the quantity is a number"
            ),
            (
                "    quantity: one.requests\n    cases: {one: \(slow)}\n",
                "6: claims[0] lacks the required field published"
            ),
            (
                "    quantity: short-poll.requests\n    published: 1\n    cases: {short-poll: \(slow)}\n",
                "11: cases gives \(slow) the name short-poll, which is that of "
                    + "synthetic-1-per-s-128B_10-clients_short-poll_interval-100ms; write another name"
            ),
            (
                "    quantity: 5\n    published: 1\n",
                "9: quantity is 5, which names no case; write CASE.COLUMN, such as websocket.requests"
            ),
        ])
    func faults(lines: String, message: String) {
        #expect(performing: { try scenario(lines) }, throws: { "\($0)" == "claims.yaml:\(message)" })
    }

    @Test("an unknown column or unit is explained with its place")
    func expressions() {
        for (lines, part) in [
            (
                "    quantity: one.requestz\n    published: 1\n    cases: {one: \(Self.slow)}\n",
                "claims.yaml:9: quantity has"
            ),
            ("    quantity: one.requests\n    published: 1parsec\n    cases: {one: \(Self.slow)}\n", "parsec"),
        ] {
            #expect(performing: { try scenario(lines) }, throws: { "\($0)".contains(part) })
        }
    }
}
