import Codecs
import Measurement
import Testing
import WireAccounting

@testable import Transports

@Suite("Packets of Engine.IO and Socket.IO")
struct EngineSessionTests {
    static let open =
        #"0{"sid":"abc-_1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1}"#

    private func connected() -> EngineSession {
        var session = EngineSession(upgrades: false)
        for packet in [Self.open, #"40{"sid":"x"}"#] { _ = session.take(Array(packet.utf8)) }
        _ = session.takeOutput()
        return session
    }

    @Test("an open packet is answered with the namespace, a connected namespace with nothing")
    func opening() {
        var session = EngineSession(upgrades: false)
        #expect(session.take(Array(Self.open.utf8)) == .handshake)
        #expect(session.open?.id == "abc-_1")
        #expect(session.open?.pingInterval == .seconds(25) && session.open?.pingTimeout == .seconds(20))
        #expect(session.takeOutput() == [EnginePacket(text: "40", layer: .handshake)])
        #expect(!session.wasConnected)
        #expect(session.take(Array(#"40{"sid":"x"}"#.utf8)) == .handshake)
        #expect(session.wasConnected && session.takeOutput().isEmpty)
    }

    @Test("a session that upgrades first asks the WebSocket with a probe")
    func upgrading() {
        var session = EngineSession(upgrades: true)
        #expect(session.take(Array(Self.open.utf8)) == .handshake)
        #expect(session.wantsWebSocket && session.takeOutput().isEmpty)
        session.webSocketOpened()
        #expect(session.takeOutput() == [.probe])
        #expect(session.take(Array("3probe".utf8)) == .handshake)
        #expect(session.takeOutput() == [.upgrade, .connect])
        #expect(!session.wantsWebSocket)
        // The end of a poll that is not under way.
        #expect(session.take(Array("6".utf8)) == .nothing)
        #expect(session.take(Array("40".utf8)) == .handshake)
        #expect(session.wasConnected)
    }

    @Test("an item is the second element of an event; its text is payload", arguments: ["", "17"])
    func items(acknowledgement: String) {
        var session = connected()
        let packet = #"42\#(acknowledgement)["item","2s,1jk,a \"b\" \u00e9\n"]"#
        let reading = session.take(Array(packet.utf8))
        #expect(reading.event == .item(100, due: 2_000))
        #expect(reading.payloadBytes == "2s,1jk,a \"b\" é\n".utf8.count)
        #expect(reading.layer == .envelope)
    }

    @Test(
        "other packets of a server are envelope without an event",
        arguments: ["6", #"42["other",{"a":[1,2]}]"#, #"42["other"]"#, "43", "431[]"])
    func others(packet: String) {
        var session = connected()
        #expect(session.take(Array(packet.utf8)) == .nothing)
        #expect(session.takeOutput().isEmpty)
    }

    @Test("a ping is answered with its text")
    func ping() {
        var session = connected()
        #expect(session.take(Array("2".utf8)) == .nothing)
        #expect(session.take(Array("2hi".utf8)) == .nothing)
        #expect(
            session.takeOutput() == [
                EnginePacket(text: "3", layer: .envelope), EnginePacket(text: "3hi", layer: .envelope),
            ])
    }

    @Test(
        "the server's end is in order",
        arguments: [
            ("1", "the server closed the Engine.IO session"), ("41", "the server disconnected the namespace /"),
        ])
    func end(packet: String, sentence: String) {
        var session = connected()
        #expect(session.take(Array(packet.utf8)).event == .ended(sentence))
        #expect(session.hasEnded && session.fault == nil)
        #expect(session.take(Array("9".utf8)) == .nothing, "nothing more is read")
    }

    @Test(
        "a violation is one sentence",
        arguments: [
            ("", "an empty packet"), ("9x", "9x, which is not a packet of Engine.IO 4"), (open, "a second open packet"),
            ("3", "a pong, which nothing asked for"), ("bAQID", "a binary packet, which this client does not read"),
            ("40", "the namespace / twice"), ("4", ", which is not a packet of Socket.IO 5"),
            ("47", "7, which is not a packet of Socket.IO 5"),
            ("451-[\"item\"]", "a message with binary parts, which this client does not read"),
            (#"44{"message":"no luck"}"#, "an error instead of the namespace /: no luck"),
            ("44x", "an error instead of the namespace /: x"),
            ("42/chat,[\"item\",\"1,1,\"]", "a packet of a namespace other than /"),
            ("42", "an event that is not a JSON array with a name: "),
            ("42[1]", "an event that is not a JSON array with a name: [1]"),
            (#"42["item"]"#, #"an event that is not ["item",TEXT]: ["item"]"#),
            (#"42["item",5]"#, #"an event that is not ["item",TEXT]: ["item",5]"#),
            (#"42["item","1,1,","x"]"#, #"an event that is not ["item",TEXT]: ["item","1,1,","x"]"#),
            (#"42["item","1,1,"]x"#, #"an event that is not a JSON array with a name: ["item","1,1,"]x"#),
            (#"42["item","hello"]"#, "hello, which is not an item; an item is SEQUENCE,DUE,DATA"),
        ])
    func faults(packet: String, what: String) {
        var session = connected()
        #expect(session.take(Array(packet.utf8)).event == .fault("the server sent \(what)"))
        #expect(session.fault == "the server sent \(what)")
        #expect(session.clockReached(at(0)) == session.fault)
    }

    @Test(
        "before the namespace is connected",
        arguments: [
            ("2", "a ping before it opened the session"), ("40", "a message before the session was open"),
            ("0{}", "an open packet without a usable sid, pingInterval or pingTimeout: {}"),
            (
                #"0{"sid":"a/b","pingInterval":1,"pingTimeout":1}"#,
                #"an open packet without a usable sid, pingInterval or pingTimeout: "#
                    + #"{"sid":"a/b","pingInterval":1,"pingTimeout":1}"#
            ),
            ("0", "an open packet without a usable sid, pingInterval or pingTimeout: "),
        ])
    func early(packet: String, what: String) {
        var session = EngineSession(upgrades: false)
        #expect(session.take(Array(packet.utf8)).event == .fault("the server sent \(what)"))
    }

    @Test("an event before the namespace is connected is a fault")
    func earlyEvent() {
        var session = EngineSession(upgrades: false)
        _ = session.take(Array(Self.open.utf8))
        #expect(
            session.take(Array(#"42["item","1,1,"]"#.utf8)).event
                == .fault("the server sent an event before the namespace / was connected"))
    }

    @Test("silence longer than both times of a ping ends the connection; a packet begins it again")
    func silence() {
        var session = connected()
        #expect(session.clockReached(at(0)) == nil)
        #expect(session.clockReached(at(44_999)) == nil)
        _ = session.take(Array("2".utf8))
        #expect(session.clockReached(at(45_000)) == nil)
        #expect(session.clockReached(at(89_999)) == nil)
        #expect(session.clockReached(at(90_000)) == "the server sent no ping and no other packet for 45 s")
        var unopened = EngineSession(upgrades: false)
        #expect(unopened.clockReached(at(0)) == nil)
        #expect(
            unopened.clockReached(at(10_000)) == "the server did not open the Engine.IO session within 10 s")
    }

    @Test("no input traps, and an item is never larger than its packet")
    func hostile() {
        var random = SeededGenerator(seed: 9)
        let parts = [
            "0", "1", "2", "3", "4", "42", "40", "[", "]", "{", "}", "\"", "\\", "\\u", "d83d", ",", ":", "item",
            "1,1,x", "\"item\"", "probe", "/", "é", "\u{0}", "9999999999999999999", " ",
        ]
        for _ in 0..<20_000 {
            var session = random.uniform(below: 2) == 0 ? connected() : EngineSession(upgrades: true)
            let count = Int(random.uniform(below: 12))
            let packet = (0..<count).flatMap { _ in Array(parts[Int(random.uniform(below: UInt64(parts.count)))].utf8) }
            let reading = session.take(packet)
            #expect(reading.payloadBytes <= packet.count)
            if case .item? = reading.event { #expect(reading.payloadBytes > 0) }
        }
    }
}

@Suite("The JSON of Socket.IO")
struct EngineJSONTests {
    @Test(
        "strings are read without their escapes",
        arguments: [
            (#"[""]"#, ""), (#"["a"]"#, "a"), (#"["\"\\/é"]"#, "\"\\/é"), (#"["\ud83d\ude00"]"#, "😀"),
        ])
    func strings(json: String, content: String) {
        let found = EngineJSON(json.utf8).string(at: JSONPointer(element: 0))
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == content)
    }

    @Test("there is no string in anything else", arguments: ["", "[", "[1]", #"["a"#, #"["a"],"#, "[]", #"[["a"]]"#])
    func notStrings(json: String) {
        #expect(EngineJSON(json.utf8).string(at: JSONPointer(element: 0)) == nil)
    }

    @Test("the number of elements of an array")
    func arrays() {
        #expect(EngineJSON(#"["a",[1,2]]"#.utf8).isArray(of: 2))
        #expect(!EngineJSON(#"["a"]"#.utf8).isArray(of: 2) && !EngineJSON("[1,2,3]".utf8).isArray(of: 2))
        #expect(!EngineJSON(#"{"0":1,"1":2}"#.utf8).isArray(of: 2) && !EngineJSON("[1,2".utf8).isArray(of: 2))
    }

    @Test("one value and nothing else", arguments: [("{}", true), (#"{"a":[1]}"#, true), ("{} x", false), ("", false)])
    func values(json: String, isValue: Bool) {
        #expect(EngineJSON(json.utf8).isValue == isValue)
    }

    @Test(
        "whole numbers",
        arguments: [
            ("0", 0), ("25000", 25_000), ("-1", nil), ("1.5", nil), ("1e3", nil), ("1234567890123456", nil),
            (#""5""#, nil),
        ])
    func numbers(text: String, value: Int?) {
        #expect(EngineJSON(#"{"a":\#(text)}"#.utf8).wholeNumber(at: JSONPointer(member: "a")) == value)
    }
}
