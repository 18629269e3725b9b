import Foundation
import Measurement
import Testing
import WireAccounting

@testable import Link

@Suite("Settings of a link")
struct LinkSettingsTests {
    @Test(
        "presets have the published figures",
        arguments: [
            ("edge", "240kbit/s", "200kbit/s", "840ms"), ("2g", "280kbit/s", "256kbit/s", "800ms"),
            ("3g-slow", "400kbit/s", "400kbit/s", "400ms"), ("3g", "1600kbit/s", "768kbit/s", "300ms"),
            ("3g-fast", "1600kbit/s", "768kbit/s", "150ms"), ("4g", "9Mbit/s", "9Mbit/s", "170ms"),
            ("lte", "12Mbit/s", "12Mbit/s", "70ms"), ("dsl", "1500kbit/s", "384kbit/s", "50ms"),
            ("cable", "5Mbit/s", "1Mbit/s", "28ms"), ("fios", "20Mbit/s", "5Mbit/s", "4ms"),
            ("dial", "49kbit/s", "30kbit/s", "120ms"), ("datacenter", "10Gbit/s", "10Gbit/s", "500us"),
            ("satellite", "50Mbit/s", "5Mbit/s", "600ms"), ("transatlantic", "100Mbit/s", "100Mbit/s", "80ms"),
        ])
    func presets(name: String, down: String, up: String, roundTrip: String) throws {
        let settings = try #require(LinkPreset(rawValue: name)).settings
        #expect(settings.down.bandwidth?.quantityText == down)
        #expect(settings.up.bandwidth?.quantityText == up)
        #expect(settings.roundTrip.quantityText == roundTrip)
        #expect(settings.up.delay == settings.down.delay)
        #expect(settings.slowStart)
        #expect(LinkPreset.allCases.count == 14)
    }

    @Test("settings survive encoding")
    func coding() throws {
        var settings = LinkPreset.threeG.settings
        settings.buffering = .bytes(4_096)
        settings.stalls = [LinkStall(after: .seconds(1), duration: .milliseconds(20))]
        settings.meanTimeToReset = .seconds(9)
        settings.down.jitterDistribution = .normal
        let copy = try JSONDecoder().decode(LinkSettings.self, from: JSONEncoder().encode(settings))
        #expect(copy == settings)
    }

    @Test("a link of impossible values passes bytes nevertheless")
    func impossible() {
        var connection = SimulatedConnection(
            both: LinkDirectionSettings(bandwidth: BitRate(bitsPerSecond: 0), queueBytes: 0, loss: 2))
        connection.send(1, .down, at: .zero)
        connection.run(until: .seconds(10_000))
        #expect(connection.downBytes == 1)
    }
}
