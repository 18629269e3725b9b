import Foundation
import Testing

@testable import Transports

@Suite("Options of transports, by their keys")
struct TransportOptionTests {
    @Test("an option that was not set has its default, in every transport")
    func defaults() {
        let options = TransportOptions()
        #expect(options[ShortPolling.interval] == .seconds(1))
        #expect(!options[Encryption.key])
        #expect(options[HTTPVersion.key] == .one)
        #expect(options[WebSocketOptions.windowBits] == 15)
        #expect(options[HTTPVersion.key.option] == .choice("1.1"))
    }

    @Test("a value that was set is read back, also after JSON")
    func reading() throws {
        var options = TransportOptions()
        options[LongPolling.hold] = .seconds(3)
        options[Encryption.key] = true
        options[WebSocketOptions.compression] = .contextTakeover
        options[WebSocketOptions.windowBits] = 9
        let copy = try JSONDecoder().decode(TransportOptions.self, from: JSONEncoder().encode(options))
        #expect(copy == options)
        #expect(copy[LongPolling.hold] == .seconds(3))
        #expect(copy[Encryption.key])
        #expect(copy[WebSocketOptions.compression] == .contextTakeover)
        #expect(copy[WebSocketOptions.windowBits] == 9)
    }

    @Test("the default of each option is allowed and can be parsed")
    func declarations() {
        for option in TransportRegistry.standard.documentedOptions.map(\.option) {
            #expect(option.complaint(about: option.defaultValue) == nil)
            #expect((try? option.value(reading: option.defaultValue.text)) == option.defaultValue)
        }
    }

    @Test(
        "the pacing of a transport decides its interval and its pauses",
        arguments: TransportRegistry.standard.push.map { $0.name })
    func pacing(name: String) throws {
        let transport = try #require(TransportRegistry.standard.push(named: name))
        var options = transport.defaultOptions
        options[ShortPolling.interval] = .seconds(7)
        options[LongPolling.pause] = .seconds(5)
        #expect(transport.pollInterval(options) == (transport.pacing == .clientInterval ? .seconds(7) : nil))
        let pauses: [Pacing: Duration] = [.clientInterval: .seconds(7), .serverHold: .seconds(5)]
        #expect(transport.longestPause(options) == pauses[transport.pacing] ?? .zero)
    }

    @Test("`load` does not have the options of servers and proxies that the lab starts")
    func labOnly() {
        let options = TransportRegistry.standard.documentedLoadOptions.map(\.option.name)
        #expect(options.contains("http") && !options.contains("tls") && !options.contains("through"))
        let fault = #expect(throws: TransportOptionFault.self) {
            try ShortPolling.option(named: "intervall", among: [ShortPolling.interval.option])
        }
        #expect(
            fault?.description
                == "short-poll has no option 'intervall'; allowed: interval; did you mean interval?")
    }
}
