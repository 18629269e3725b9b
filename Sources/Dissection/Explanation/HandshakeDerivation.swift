import Codecs
import HTTP
import WebSocketProtocol

/// How a server's answer follows from the client's request, step by step.
enum HandshakeDerivation {
    /// - Returns: `nil` if the request is missing, or has nothing to answer.
    static func part(_ request: HandshakeRequest?, _ response: HandshakeResponse?) -> ExplainedPart? {
        guard let request else { return nil }
        switch request.version {
        case .hixie75: return nil
        case .hixie76: return challenge(request, response)
        case .numbered: return request.key.flatMap { accept($0, response) }
        }
    }

    private static func accept(_ key: String, _ response: HandshakeResponse?) -> ExplainedPart? {
        let joined = key + AcceptKey.uniqueIdentifier
        let digest = SHA1.digest(Array(joined.utf8))
        var parts = [
            ExplainedPart("key", value: key.quotedContent, meaning: "the value of Sec-WebSocket-Key, as text"),
            ExplainedPart("GUID", value: AcceptKey.uniqueIdentifier, meaning: "the same for every WebSocket (§1.3)"),
            ExplainedPart("joined", value: joined.quotedContent, meaning: "key and GUID, one after the other"),
            ExplainedPart("SHA-1", meaning: "20 B", hex: Shown.hex(digest)),
            ExplainedPart(
                "Base64", value: Base64.encode(digest), meaning: "what Sec-WebSocket-Accept must be (§4.2.2)"),
        ]
        if let seen = response?.accept {
            let isEqual = seen == Base64.encode(digest)
            parts.append(
                ExplainedPart(
                    "Sec-WebSocket-Accept", value: seen.quotedContent,
                    meaning: isEqual
                        ? "equal: the server read the key" : "not equal: the client must drop the connection"))
        }
        return ExplainedPart("Sec-WebSocket-Accept step by step", parts: parts)
    }

    private static func challenge(_ request: HandshakeRequest, _ response: HandshakeResponse?) -> ExplainedPart? {
        let keys = ["Sec-WebSocket-Key1", "Sec-WebSocket-Key2"].map { name in
            (name, request.fields.values(name).first.flatMap(HixieNumber.init))
        }
        guard request.tail.count == 8, let first = keys[0].1, let second = keys[1].1 else { return nil }
        var parts = keys.compactMap { name, key in
            key.map { key in
                ExplainedPart(
                    name, value: "\(key.digits) / \(key.spaces) = \(key.number)",
                    meaning: "its digits as one number, divided by its spaces", hex: Shown.hex(bytes(key.number)))
            }
        }
        let joined = bytes(first.number) + bytes(second.number) + request.tail
        let digest = MD5.digest(joined)
        parts.append(ExplainedPart("joined", meaning: "both numbers and the eight bytes", hex: Shown.hex(joined)))
        parts.append(ExplainedPart("MD5", meaning: "what the 16 B of the answer must be", hex: Shown.hex(digest)))
        var faults: [String] = []
        if let answer = response?.tail, answer.count == 16, answer != digest {
            faults.append("the server did not answer the challenge of hixie-76")
        }
        return ExplainedPart("answer step by step", faults: faults, parts: parts)
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension String {
    /// Printable ASCII on one line.
    fileprivate var quotedContent: String { Shown.text(Array(utf8), limit: 120) }
}
