import Measurement
import Testing

@Suite("Quantities with units")
struct QuantityTests {
    @Test(
        "a duration is read with its unit",
        arguments: [
            ("250ms", 250_000_000), ("25s", 25_000_000_000), ("1min", 60_000_000_000), ("500us", 500_000),
            ("500µs", 500_000), ("1h", 3_600_000_000_000), ("0s", 0), ("1.5s", 1_500_000_000), ("25 s", 25_000_000_000),
            ("7ns", 7),
        ]
    )
    func duration(text: String, nanoseconds: Int64) throws {
        #expect(try Duration(quantity: text) == .nanoseconds(nanoseconds))
    }

    @Test(
        "a size is read with SI and binary units",
        arguments: [("128B", 128), ("64KiB", 65_536), ("1MiB", 1_048_576), ("1kB", 1_000)])
    func size(text: String, bytes: Int) throws {
        #expect(try ByteCount(quantity: text).bytes == bytes)
    }

    @Test("a bit rate is SI: 50 Mbit/s is 50 000 000 bit/s")
    func bitRate() throws {
        #expect(try BitRate(quantity: "50Mbit/s").bitsPerSecond == 50_000_000)
    }

    @Test(
        "a share is a percentage and is printed as it is read",
        arguments: [("1%", 0.01), ("0.05%", 0.0005), ("100%", 1), ("0%", 0), ("12.5%", 0.125)])
    func share(text: String, fraction: Double) throws {
        #expect(try Percentage(quantity: text).fraction == fraction)
        #expect(try Percentage(quantity: text).quantityText == text)
        #expect(throws: QuantityError.self) { try Percentage(quantity: "0.01") }
        #expect(throws: QuantityError.self) { try Percentage(quantity: "-1%") }
    }

    @Test(
        "a rate is exact",
        arguments: [
            ("10/s", 10.0, 100_000_000), ("1/min", 1 / 60.0, 60_000_000_000), ("2.5/s", 2.5, 400_000_000),
            ("100000/s", 1e5, 10_000),
        ]
    )
    func rate(text: String, perSecond: Double, periodNanoseconds: Int64) throws {
        let rate = try ItemRate(quantity: text)
        #expect(rate.perSecond == perSecond)
        #expect(rate.period == .nanoseconds(periodNanoseconds))
    }

    @Test("three items per second do not drift in a day")
    func noDrift() throws {
        #expect(try ItemRate(quantity: "3/s").offset(ofItem: 3 * 86_400) == .seconds(86_400))
        #expect(try ItemRate(quantity: "3/s").offset(ofItem: 1) == .nanoseconds(333_333_333))
    }

    @Test("rates compare by value, not by spelling")
    func rateOrder() throws {
        #expect(try ItemRate(quantity: "60/min") == ItemRate(quantity: "1/s"))
        #expect(try ItemRate(quantity: "59/min") < ItemRate(quantity: "1/s"))
    }

    @Test(
        "a duration is printed as it is read",
        arguments: ["250ms", "25s", "120s", "3min", "1h", "500us", "7ns", "0s", "1500ms"])
    func durationText(text: String) throws {
        #expect(try Duration(quantity: text).quantityText == text)
    }

    @Test(
        "a rate prints as it reads", arguments: ["10/s", "1/min", "2.5/s", "100000/s", "0.1/s", "7/h", "0.000001/s"])
    func rateText(text: String) throws {
        #expect(try ItemRate(quantity: text).quantityText == text)
    }

    @Test("a size is printed as it is read", arguments: ["0B", "128B", "64KiB", "1kB", "1MiB", "1025B"])
    func sizeText(text: String) throws {
        #expect(try ByteCount(quantity: text).quantityText == text)
    }

    @Test("in a sentence there is a space before the unit")
    func spoken() throws {
        #expect(Duration.seconds(25).spokenText == "25 s")
        #expect(ByteCount(bytes: 128).spokenText == "128 B")
        #expect(try ItemRate(quantity: "10/s").spokenText == "10/s")
        #expect(BitRate(bitsPerSecond: 50_000_000).spokenText == "50 Mbit/s")
        #expect(100.spokenText == "100")
    }

    @Test("the error for a number without a unit lists the allowed units")
    func bareNumber() {
        #expect(
            message { try Duration(quantity: "25") }
                == "\"25\" has no unit; write a number followed by one of ns, us, ms, s, min, h")
        #expect(
            message { try ItemRate(quantity: "10") }
                == "\"10\" has no unit; write a number followed by one of /s, /min, /h")
    }

    @Test(
        "other texts are refused with a reason",
        arguments: [
            ("", .empty), ("s", .notANumber), ("-1s", .tooSmall), ("1.s", .notANumber), (".5s", .notANumber),
            ("1e3s", .unknownUnit("e3s")), ("1S", .unknownUnit("S")), ("1s ", .unknownUnit("s ")), ("0.1ns", .tooFine),
            ("99999999999h", .tooLarge), ("١s", .notANumber), ("9999999999999999999s", .tooLarge),
            ("0.0000000000000000000000001s", .tooFine), ("00000000000000000000.1s", .tooFine),
        ] as [(String, QuantityError.Reason)]
    )
    func refused(text: String, reason: QuantityError.Reason) {
        #expect(throws: QuantityError(reason, seen: text, as: Duration.self)) { try Duration(quantity: text) }
    }

    @Test("a rate of 0, kb and a signed count are refused")
    func otherRefusals() {
        #expect(throws: QuantityError(.tooSmall, seen: "0/s", as: ItemRate.self)) { try ItemRate(quantity: "0/s") }
        #expect(throws: QuantityError(.unknownUnit("kb"), seen: "1kb", as: ByteCount.self)) {
            try ByteCount(quantity: "1kb")
        }
        #expect(throws: QuantityError(.notANumber, seen: "+1", as: Int.self)) { try Int(quantity: "+1") }
        #expect(throws: QuantityError(.tooLarge, seen: "9223372036854775808", as: Int.self)) {
            try Int(quantity: "9223372036854775808")
        }
    }

    @Test(
        "a common way to write another quantity leads to a suggestion",
        arguments: [
            ("5m", "did you mean 5min?"), ("1S", "did you mean 1s?"), ("2.5 Seconds", "did you mean 2.5s?"),
            ("1,5s", "write the decimal point as \".\": 1.5s"), (".5s", "did you mean 0.5s?"),
        ])
    func meantDuration(text: String, advice: String) {
        #expect(message { try Duration(quantity: text) }?.hasSuffix("s, min, h; \(advice)") == true)
    }

    @Test("suggestions name the units of the quantity")
    func meantUnits() {
        #expect(message { try ByteCount(quantity: "10KB") }?.hasSuffix("; did you mean 10kB or 10KiB?") == true)
        #expect(message { try ByteCount(quantity: "1M") }?.hasSuffix("; did you mean 1MB or 1MiB?") == true)
        #expect(message { try ItemRate(quantity: "10/sec") }?.hasSuffix("; did you mean 10/s?") == true)
        #expect(message { try ItemRate(quantity: "10s") }?.hasSuffix("; did you mean 10/s?") == true)
        #expect(message { try Duration(quantity: "5x") }?.hasSuffix("s, min, h") == true)
    }

    @Test(
        "numbers below, above and beyond the bounds give the same sentence",
        arguments: ["-5", "0", "20001", "9223372036854775808"])
    func bounds(text: String) {
        let error = #expect(throws: QuantityError.self) { try Int(quantity: text, in: 1...20_000) }
        #expect(error?.sentence(about: "clients") == "clients is \(text); allowed 1 to 20000")
    }

    @Test("a rate of 0 and a negative duration are out of range; a word is not")
    func outOfRange() throws {
        let rates = try ItemRate(quantity: "1/min")...ItemRate(quantity: "100000/s")
        #expect(
            message { try ItemRate(quantity: "0/s", in: rates) } == "is 0/s; allowed 1/min to 100000/s")
        let times = Duration.zero...Duration.seconds(600)
        #expect(message { try Duration(quantity: "-1s", in: times) } == "is -1 s; allowed 0 s to 10 min")
        let error = #expect(throws: QuantityError.self) { try Duration(quantity: "10", in: times) }
        #expect(error?.sentence(about: "warmup").hasPrefix("warmup: \"10\" has no unit; ") == true)
    }

    private func message<Value>(_ body: () throws -> Value) -> String? {
        do {
            _ = try body()
            return nil
        } catch {
            return String(describing: error)
        }
    }
}
