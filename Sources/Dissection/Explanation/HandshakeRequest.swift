import Codecs
import HTTP
import WebSocketProtocol
import WireAccounting

/// A client's half of an opening handshake, checked against every rule (RFC 6455 §4.1, and the drafts).
struct HandshakeRequest {
    let version: ExplainedVersion
    let fields: HeaderFields
    let tail: [UInt8]
    private let section: PastedHeads.Section

    init(_ section: PastedHeads.Section) {
        self.section = section
        fields = section.head.headerFields
        tail = section.tail
        version = ExplainedVersion(fields)
    }

    /// The value of `Sec-WebSocket-Key`.
    var key: String? { fields.values("Sec-WebSocket-Key").first }

    var part: ExplainedPart {
        var parts = [startLine] + HeadParts.fields(section, faults: faults(ofField:_:)) + HeadParts.end(section)
        if version == .hixie76 { parts.append(challengeTail) }
        return ExplainedPart("request", faults: missing, parts: parts)
    }

    // MARK: Start line

    private var startLine: ExplainedPart {
        let words = section.head.words
        var faults: [String] = []
        if words.count != 3 || !words[2].hasPrefix("HTTP/") {
            faults.append("the request line is not METHOD, target and HTTP/1.1 with one space between them")
        } else if words[2] != "HTTP/1.1" {
            faults.append("the version is \(words[2].quotedLine); a WebSocket needs HTTP/1.1")
        }
        if words[0] != "GET" { faults.append("the method is \(words[0].quotedLine); a WebSocket is opened with GET") }
        return HeadParts.startLine(section, meaning: "the resource to open, always with GET (§4.1)", faults: faults)
    }

    // MARK: Fields

    /// Faults that belong to no line, because the line is missing.
    private var missing: [String] {
        var faults: [String] = []
        for name in ["Host", "Upgrade", "Connection"] + required where fields.values(name).isEmpty {
            faults.append("the field \(name) is missing")
        }
        return faults
    }

    private var required: [String] {
        switch version {
        case .hixie75: ["Origin"]
        case .hixie76: ["Origin", "Sec-WebSocket-Key1", "Sec-WebSocket-Key2"]
        case .numbered: ["Sec-WebSocket-Key", "Sec-WebSocket-Version"]
        }
    }

    private func faults(ofField name: String, _ value: String) -> [String] {
        switch name.lowercased() {
        case "host": fields.values("Host").count > 1 ? ["there is more than one Host field"] : []
        case "upgrade": upgradeFaults(value)
        case "connection":
            value.listElements().contains { $0.equalsIgnoringCase("upgrade") }
                ? [] : ["Connection is \(value.quotedLine); it must contain Upgrade"]
        case "sec-websocket-version": versionFaults(value)
        case "sec-websocket-key": keyFaults(value)
        case "sec-websocket-protocol": protocolFaults(value)
        case "sec-websocket-extensions":
            DeflateParameters.isExtensionList(value)
                ? [] : ["Sec-WebSocket-Extensions does not follow the grammar of RFC 6455 §9.1"]
        case "sec-websocket-key1", "sec-websocket-key2":
            HixieNumber(value) == nil
                ? ["\(name) needs a space and digits whose number is a multiple of the number of spaces"] : []
        case "sec-websocket-accept": ["Sec-WebSocket-Accept belongs in the response"]
        default: []
        }
    }

    /// RFC 6455 §4.2.1.
    static let upgradeToken = "websocket"

    private func upgradeFaults(_ value: String) -> [String] {
        if version.isHixie { return value == "WebSocket" ? [] : ["Upgrade is \(value.quotedLine), not WebSocket"] }
        return value.listElements().contains { $0.equalsIgnoringCase(Self.upgradeToken) }
            ? [] : ["Upgrade is \(value.quotedLine); it must contain websocket"]
    }

    private func versionFaults(_ value: String) -> [String] {
        if fields.values("Sec-WebSocket-Version").count > 1 { return ["there is more than one Sec-WebSocket-Version"] }
        return ["7", "8", "13"].contains(value) ? [] : ["Sec-WebSocket-Version is \(value.quotedLine); RFC 6455 has 13"]
    }

    private func keyFaults(_ value: String) -> [String] {
        if fields.values("Sec-WebSocket-Key").count > 1 { return ["there is more than one Sec-WebSocket-Key"] }
        guard let bytes = Base64.decode(value) else { return ["Sec-WebSocket-Key is not Base64"] }
        return bytes.count == 16 ? [] : ["Sec-WebSocket-Key encodes \(bytes.count) B; it must be 16 B"]
    }

    private func protocolFaults(_ value: String) -> [String] {
        let names = fields.list("Sec-WebSocket-Protocol")
        if !names.allSatisfy(\.isToken) { return ["a subprotocol is not a token (RFC 9110 §5.6.2)"] }
        return Set(names).count == names.count ? [] : ["a subprotocol is listed twice"]
    }

    private var challengeTail: ExplainedPart {
        let start = section.offset + section.head.end.upperBound
        let faults = tail.count == 8 ? [] : ["hixie-76 needs 8 B after the headers; there are \(tail.count) B"]
        return ExplainedPart(
            "eight bytes", value: Shown.text(tail), meaning: "random bytes after the headers (hixie-76 §1.3)",
            range: start..<start + tail.count, hex: Shown.hex(tail), layer: .handshake, faults: faults)
    }
}

/// The number in a key of hixie-76: its digits, divided by the number of its spaces.
struct HixieNumber {
    let digits: UInt64
    let spaces: UInt64

    var number: UInt32 { UInt32(truncatingIfNeeded: digits / spaces) }

    init?(_ key: String) {
        let spaces = UInt64(key.utf8.filter { $0 == 0x20 }.count)
        let text = key.utf8.filter { $0 >= 0x30 && $0 <= 0x39 }
        guard spaces > 0, text.count <= 10, let digits = UInt64(String(decoding: text, as: UTF8.self)),
            digits <= UInt64(UInt32.max), digits.isMultiple(of: spaces)
        else { return nil }
        (self.digits, self.spaces) = (digits, spaces)
    }
}
