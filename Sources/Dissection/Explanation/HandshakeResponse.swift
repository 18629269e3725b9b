import HTTP
import WebSocketProtocol
import WireAccounting

/// A server's half of an opening handshake, checked against the request if it is there (RFC 6455 §4.2.2).
struct HandshakeResponse {
    let fields: HeaderFields
    let tail: [UInt8]
    private let section: PastedHeads.Section
    private let request: HandshakeRequest?

    init(_ section: PastedHeads.Section, to request: HandshakeRequest?) {
        self.section = section
        self.request = request
        fields = section.head.headerFields
        tail = section.tail
    }

    private var isHixie: Bool { request?.version.isHixie ?? false }

    /// The version that a response alone shows.
    var guessedVersion: String {
        if !fields.values("Sec-WebSocket-Location").isEmpty { return "hixie-76" }
        return fields.values("WebSocket-Location").isEmpty ? "RFC 6455" : "hixie-75"
    }

    var accept: String? { fields.values("Sec-WebSocket-Accept").first }

    var part: ExplainedPart {
        var parts = [startLine] + HeadParts.fields(section, faults: faults(ofField:_:)) + HeadParts.end(section)
        if request?.version == .hixie76 { parts.append(answer) }
        return ExplainedPart("response", faults: missing, parts: parts)
    }

    private var isRefusal: Bool { section.head.status.map { $0 != 101 } ?? false }

    private var startLine: ExplainedPart {
        var faults: [String] = []
        switch section.head.status {
        case 101?:
            if section.head.words[0] != "HTTP/1.1" {
                faults.append("the version is \(section.head.words[0].quotedLine); a WebSocket needs HTTP/1.1")
            }
        case let status?: faults.append("the server answered \(status) and did not open a WebSocket")
        case nil: faults.append("\(section.head.startText.quotedLine) is not an HTTP/1.1 status line")
        }
        return HeadParts.startLine(
            section, meaning: "after 101, the connection carries frames from the next byte on", faults: faults)
    }

    private var missing: [String] {
        if isRefusal { return [] }
        let required = isHixie || guessedVersion != "RFC 6455" ? [] : ["Sec-WebSocket-Accept"]
        return (["Upgrade", "Connection"] + required).filter { fields.values($0).isEmpty }
            .map { "the field \($0) is missing" }
    }

    private func faults(ofField name: String, _ value: String) -> [String] {
        if isRefusal { return [] }
        switch name.lowercased() {
        case "upgrade":
            let isRight = isHixie ? value == "WebSocket" : value.equalsIgnoringCase(HandshakeRequest.upgradeToken)
            return isRight ? [] : ["Upgrade is \(value.quotedLine), not websocket"]
        case "connection":
            let isRight = value.listElements().contains { $0.equalsIgnoringCase("upgrade") }
            return isRight ? [] : ["Connection is \(value.quotedLine); it must contain Upgrade"]
        case "sec-websocket-accept": return acceptFaults(value)
        case "sec-websocket-protocol": return protocolFaults(value)
        case "sec-websocket-extensions": return extensionFaults(value)
        case "sec-websocket-key": return ["Sec-WebSocket-Key belongs in the request"]
        default: return []
        }
    }

    private func acceptFaults(_ value: String) -> [String] {
        if fields.values("Sec-WebSocket-Accept").count > 1 { return ["there is more than one Sec-WebSocket-Accept"] }
        guard let key = request?.key else { return [] }
        let right = AcceptKey.answering(key)
        return value == right ? [] : ["Sec-WebSocket-Accept is \(value.quotedLine); for this key it must be \(right)"]
    }

    private func protocolFaults(_ value: String) -> [String] {
        guard let request else { return value.isToken ? [] : ["the server must choose one subprotocol"] }
        return request.fields.list("Sec-WebSocket-Protocol").contains(value)
            ? [] : ["the server chose the subprotocol \(value.quotedLine), which the client did not offer"]
    }

    private func extensionFaults(_ value: String) -> [String] {
        guard DeflateParameters.isExtensionList(value) else {
            return ["Sec-WebSocket-Extensions does not follow the grammar of RFC 6455 §9.1"]
        }
        guard let request else { return [] }
        let offered = Set(request.fields.list("Sec-WebSocket-Extensions").map(Self.nameOfExtension))
        let chosen = value.listElements().map(Self.nameOfExtension)
        return chosen.filter { !offered.contains($0) }
            .map { "the server chose the extension \($0.quotedLine), which the client did not offer" }
    }

    private static func nameOfExtension(_ element: String) -> String {
        String(element.prefix { $0 != ";" && $0 != " " }).lowercased()
    }

    private var answer: ExplainedPart {
        let start = section.offset + section.head.end.upperBound
        let faults = tail.count == 16 ? [] : ["hixie-76 needs 16 B after the headers; there are \(tail.count) B"]
        return ExplainedPart(
            "answer to the challenge", meaning: "MD5 of both numbers and the eight bytes (hixie-76 §5.2)",
            range: start..<start + tail.count, hex: Shown.hex(tail), layer: .handshake, faults: faults)
    }
}
