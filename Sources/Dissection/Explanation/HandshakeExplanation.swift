import HTTP

/// Explains an opening handshake of WebSocket, of RFC 6455 or a draft: the request, the response or both.
package enum HandshakeExplanation {
    /// - Parameter bytes: As on the wire, or as pasted by a person: lines may end in LF alone.
    /// - Returns: Every field with its meaning and its mistakes, and how the answer follows from the request.
    /// - Throws: ``UnexplainableInput`` if it is not an HTTP request or response.
    package static func explain(_ bytes: [UInt8]) throws(UnexplainableInput) -> Explanation {
        try ExplanationLimits.check(bytes.count)
        let pasted = try PastedHeads(bytes)
        let request = pasted.request.map { HandshakeRequest($0) }
        let response = pasted.response.map { HandshakeResponse($0, to: request) }
        var parts: [ExplainedPart] = []
        if let request { parts.append(request.part) }
        if let response { parts.append(response.part) }
        if let derivation = HandshakeDerivation.part(request, response) { parts.append(derivation) }
        let version = request?.version.title ?? response?.guessedVersion ?? "WebSocket"
        let faults = parts.flatMap(\.allFaults)
        let found = [request.map { _ in "request" }, response.map { _ in "response" }].compactMap { $0 }
        let verdict =
            switch faults.count {
            case 0: "no mistakes"
            case 1: "1 mistake"
            default: "\(faults.count) mistakes"
            }
        let summary = "\(version): \(found.joined(separator: " and ")), \(verdict)"
        return Explanation(.handshake, summary: summary, parts: parts)
    }
}

/// The headers of a request, a response or both, found in a text.
struct PastedHeads {
    /// Headers, with the bytes of a hixie-76 challenge or answer after them.
    struct Section {
        let head: HeadLines
        /// Position of the first byte in the input.
        let offset: Int
        let tail: [UInt8]
    }

    private(set) var request: Section?
    private(set) var response: Section?

    init(_ bytes: [UInt8]) throws(UnexplainableInput) {
        var position = Self.skipEmptyLines(bytes, 0)
        while position < bytes.count, response == nil {
            let head = HeadLines(Array(bytes[position...]))
            let (fields, limit) = (head.fields.count, ExplanationLimits.handshakeFields)
            if fields > limit {
                throw UnexplainableInput("the handshake has \(fields) fields; at most \(limit) are explained")
            }
            let end = position + head.end.upperBound
            if head.startText.hasPrefix("HTTP/") {
                let tail = request.map { WebSocketOpeningKind(request: $0.head.headerFields)?.responseTail ?? 0 } ?? 0
                response = Section(head: head, offset: position, tail: Array(bytes[end...].prefix(tail)))
                break
            }
            guard request == nil, Self.isRequestLine(head) else { break }
            let tail = Array(bytes[end...].prefix(WebSocketOpeningKind(request: head.headerFields)?.requestTail ?? 0))
            // A pasted text may lack the eight bytes, because they need not be printable.
            let hasTail = !tail.starts(with: "HTTP/1.1".utf8)
            request = Section(head: head, offset: position, tail: hasTail ? tail : [])
            position = Self.skipEmptyLines(bytes, end + (hasTail ? tail.count : 0))
        }
        if request == nil, response == nil {
            throw UnexplainableInput(
                "the text is not a handshake: it begins neither with a request line such as GET /ws HTTP/1.1 nor with "
                    + "a status line such as HTTP/1.1 101 Switching Protocols")
        }
    }

    private static func isRequestLine(_ head: HeadLines) -> Bool {
        let words = head.words
        return words.count >= 2 && words[0].isToken && words[1].hasPrefix("/") || head.startText.contains(" HTTP/")
    }

    private static func skipEmptyLines(_ bytes: [UInt8], _ start: Int) -> Int {
        bytes[start...].firstIndex { $0 != 0x0a && $0 != 0x0d && $0 != 0x20 } ?? bytes.count
    }
}

/// The version of WebSocket that a request asks for.
enum ExplainedVersion: Equatable {
    case hixie75, hixie76
    /// From hybi-07 on, by the number in `Sec-WebSocket-Version`; 13 is RFC 6455.
    case numbered(String?)

    init(_ fields: HeaderFields) {
        switch WebSocketOpeningKind(request: fields) {
        case .hixie75: self = .hixie75
        case .hixie76: self = .hixie76
        case .framed, nil: self = .numbered(fields.values("Sec-WebSocket-Version").first)
        }
    }

    var isHixie: Bool { self == .hixie75 || self == .hixie76 }

    var title: String {
        switch self {
        case .hixie75: "hixie-75"
        case .hixie76: "hixie-76"
        case .numbered("7"): "hybi-07"
        case .numbered("8"): "hybi-10"
        default: "RFC 6455"
        }
    }
}
