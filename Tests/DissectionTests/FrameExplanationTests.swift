import Testing
import WireAccounting

@testable import Dissection

@Suite("Explaining frames")
struct FrameExplanationTests {
    /// RFC 6455 §5.7.
    @Test(
        "the examples of RFC 6455 §5.7",
        arguments: [
            ("81 05 48 65 6c 6c 6f", ["WebSocket frame: text, final, 5 B"]),
            ("81 85 37 fa 21 3d 7f 9f 4d 51 58", ["WebSocket frame: text, final, masked, 5 B"]),
            (
                "01 03 48 65 6c 80 02 6c 6f",
                ["WebSocket frame: text, not final, 3 B", "WebSocket frame: continuation, final, 2 B"]
            ),
            ("89 05 48 65 6c 6c 6f", ["WebSocket frame: Ping, final, 5 B"]),
            ("8a 85 37 fa 21 3d 7f 9f 4d 51 58", ["WebSocket frame: Pong, final, masked, 5 B"]),
            ("82 7e 01 00" + String(repeating: "00", count: 256), ["WebSocket frame: binary, final, 256 B"]),
        ])
    func rfc6455(hex: String, titles: [String]) throws {
        let explanation = try FrameExplanation.explain(try HexText.bytes(of: hex))
        #expect(explanation.parts.map(\.value) == titles)
        #expect(explanation.faults.isEmpty)
    }

    @Test("the 64 KiB example of RFC 6455 §5.7: the 64-bit form, cut after the first bytes")
    func longForm() throws {
        let bytes = try HexText.bytes(of: "82 7F 00 00 00 00 00 01 00 00 aa bb")
        let explanation = try FrameExplanation.explain(bytes, .init(isCut: true))
        #expect(explanation.faults.isEmpty)
        let length = try #require(explanation.parts.first?.parts.first { $0.name == "extended payload length" })
        #expect(length.value == "65536" && length.meaning == "64-bit form, big-endian")
        #expect((length.from, length.to) == (2, 10))
    }

    @Test("a masked Hello, bit by bit")
    func bits() throws {
        let frame = try #require(
            try FrameExplanation.explain(try HexText.bytes(of: "81 85 37 fa 21 3d 7f 9f 4d 51 58")).parts.first)
        #expect(frame.parts.map(\.name) == ["byte 1", "byte 2", "masking key", "masked payload", "unmasked payload"])
        #expect(frame.parts[0].parts.map(\.name) == ["FIN", "RSV1", "RSV2", "RSV3", "opcode"])
        #expect(frame.parts[0].parts.map(\.bits) == ["1", "0", "0", "0", "0001"])
        #expect(frame.parts[1].parts.map(\.bits) == ["1", "0000101"])
        #expect(frame.parts[2].hex == "37 fa 21 3d" && frame.parts[2].layer == .webSocketMask)
        #expect(frame.parts[3].hex == "7f 9f 4d 51 58" && frame.parts[3].layer == .payload)
        #expect(frame.parts[4].value == "Hello")
    }

    @Test(
        "the examples of RFC 7692 §7.2.3",
        arguments: [
            // §7.2.3.1, also in two fragments; §7.2.3.2, the second message refers to the first.
            ("c1 07 f2 48 cd c9 c9 07 00", ["Hello"]),
            ("41 03 f2 48 cd 80 04 c9 c9 07 00", ["Hello"]),
            ("c1 07 f2 48 cd c9 c9 07 00 c1 05 f2 00 11 00 00", ["Hello", "Hello"]),
            // §7.2.3.3 a block without compression, §7.2.3.4 a final block, §7.2.3.5 two blocks, §7.2.3.6 empty.
            ("c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00", ["Hello"]),
            ("c1 08 f3 48 cd c9 c9 07 00 00", ["Hello"]),
            ("c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00", ["Hello"]),
            ("c1 01 00", [""]),
        ])
    func rfc7692(hex: String, messages: [String]) throws {
        let explanation = try FrameExplanation.explain(try HexText.bytes(of: hex))
        #expect(explanation.faults.isEmpty)
        let inflated = explanation.parts.flatMap(\.parts).filter { $0.name == "inflated message" }
        #expect(inflated.map(\.value) == messages)
    }

    @Test(
        "broken frames, with the right sentence",
        arguments: [
            ("91 00", "a frame sets a reserved bit that no extension uses"),
            ("a1 00", "a frame sets a reserved bit that no extension uses"),
            ("c9 00", "a frame sets a reserved bit that no extension uses"),
            ("83 00", "a frame has the reserved opcode 3"),
            ("8b 00", "a frame has the reserved opcode 11"),
            ("09 00", "a control frame is fragmented"),
            ("89 7e 00 7e", "a control frame has more than 125 B"),
            ("82 7e 00 05 01 02 03 04 05", "the length 5 of a frame is encoded in more bytes than necessary"),
            ("82 7f 00 00 00 00 00 00 ff ff", "the length 65535 of a frame is encoded in more bytes than necessary"),
            ("82 7f 80 00 00 00 00 00 00 00", "the length of a frame has its top bit set"),
            ("80 00", "a continuation frame does not belong to a fragmented message"),
            ("01 01 61 81 01 61", "a new message begins inside a fragmented message"),
            ("01 01 61", "the message is not complete: no frame with FIN = 1 follows"),
            ("81 01 ff", "a text message is not UTF-8"),
            ("88 01 03", "a Close frame has a payload of 1 B; a close code has 2 B"),
            ("88 02 03 ed", "a Close frame has the code 1005, which is not allowed"),
            ("88 03 03 e8 ff", "the reason in a Close frame is not UTF-8"),
            ("c1 03 ff ff ff", "a compressed message cannot be decompressed"),
            ("81", "the header of the frame is not complete; it has 2 to 14 B"),
            ("81 85 37 fa", "the header of the frame is not complete; it has 2 to 14 B"),
            ("81 05 48 65", "the header declares 5 B of payload, but only 2 B follow"),
        ])
    func broken(hex: String, sentence: String) throws {
        let faults = try FrameExplanation.explain(try HexText.bytes(of: hex)).faults
        #expect(faults.contains(sentence))
    }

    @Test("clients must mask, servers must not")
    func masking() throws {
        let unmasked = try HexText.bytes(of: "81 00")
        let masked = try HexText.bytes(of: "81 80 01 02 03 04")
        #expect(
            try FrameExplanation.explain(unmasked, .init(direction: .up)).faults
                == ["the client sent an unmasked frame"])
        #expect(
            try FrameExplanation.explain(masked, .init(direction: .down)).faults
                == ["the server sent a masked frame"])
        #expect(
            try FrameExplanation.explain(try HexText.bytes(of: "c1 01 00"), .init(deflate: nil)).faults
                == ["a frame sets a reserved bit that no extension uses"])
    }

    @Test("hexadecimal text: spaces, commas, colons and 0x are allowed")
    func hexText() throws {
        #expect(try HexText.bytes(of: "0x81, 0X05:48-65\n6C") == [0x81, 0x05, 0x48, 0x65, 0x6c])
        #expect(try HexText.bytes(of: "8105") == [0x81, 0x05])
        #expect(try HexText.bytes(ofFile: [0x81, 0x00]) == [0x81, 0x00])
    }

    @Test(
        "text that is not hexadecimal, in one sentence",
        arguments: [
            ("", "there are no bytes to explain"),
            ("810", "the text has 3 hexadecimal digits; each byte needs two"),
            ("81 0g", "character 5 is 'g', not a hexadecimal digit; write bytes as 81 05 48"),
            ("81é", "character 3 is not ASCII, not a hexadecimal digit; write bytes as 81 05 48"),
        ])
    func notHex(text: String, sentence: String) {
        #expect(throws: UnexplainableInput(sentence)) { try HexText.bytes(of: text) }
    }
}
