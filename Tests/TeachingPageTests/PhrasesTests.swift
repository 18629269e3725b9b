import Foundation
import Testing

@Suite("Chinese texts of the server's explanations")
struct PhrasesTests {
    /// Sources whose sentences the inspectors show.
    private static let explainers = [
        "Dissection/Explanation/Explanation.swift", "Dissection/Explanation/HexText.swift",
        "Dissection/Explanation/HandshakeExplanation.swift", "Dissection/Explanation/HandshakeRequest.swift",
        "Dissection/Explanation/HandshakeResponse.swift", "Dissection/Explanation/HandshakeDerivation.swift",
        "Dissection/Explanation/HeadParts.swift", "Dissection/Explanation/FieldMeaning.swift",
        "Dissection/Explanation/FrameExplanation.swift", "Dissection/Explanation/FrameHeaderParts.swift",
        "Dissection/Explanation/PayloadParts.swift", "Dissection/Explanation/MessageParts.swift",
        "Dissection/Explanation/ExchangeExplanation.swift", "Dissection/Connection/FrameFields.swift",
        "Dissection/Connection/HTTPReader.swift", "Dissection/Connection/BodyReader.swift",
        "Dissection/Connection/CompressedContent.swift", "Dissection/Connection/FirstBytesReader.swift",
        "WebSocketProtocol/WebSocketError.swift", "HTTP/ChunkedReader.swift",
    ]

    /// What no inspector shows: a part of a title, and a sentence for the authors of a mistake in the lab.
    private static let exceptions: Set = [" and ", "WebSocket frame", "content is taken whole"]

    @Test("every sentence of an explanation has a Chinese text", arguments: explainers)
    func everySentence(file: String) throws {
        let phrases = try Set(Self.phrases().map(\.english))
        let sentences = try SwiftLiterals.texts(of: PageFiles.source(file)).filter(Self.isShown)
        let missing = Set(sentences).subtracting(phrases).subtracting(Self.exceptions)
        #expect(missing.sorted() == [])
    }

    @Test("every Chinese text belongs to a text of the server")
    func everyPhrase() throws {
        let all =
            try PageFiles.swiftSources("Dissection") + PageFiles.swiftSources("WebSocketProtocol")
            + PageFiles.swiftSources("HTTP") + PageFiles.swiftSources("WireAccounting")
        let texts = Set(all.flatMap(SwiftLiterals.texts))
        // The server puts these together.
        let composed: Set = [
            "request and response", "{} WebSocket frame{}", "{}: {}, no mistakes", "unknown",
        ]
        let unknown = try Self.phrases().map(\.english).filter { !texts.contains($0) && !composed.contains($0) }
        #expect(unknown == [])
    }

    @Test("each part that changes is in the Chinese text")
    func parts() throws {
        for (english, chinese) in try Self.phrases() {
            let gaps = english.components(separatedBy: "{}").count - 1
            for gap in 0..<gaps where !english.hasSuffix("frame{}") || gap < gaps - 1 {
                #expect(chinese.contains("{\(gap)}"), "\(english)")
            }
            #expect(!chinese.contains("{\(gaps)}"), "\(english)")
        }
    }

    /// A sentence or a name of several words; a single word may be a name of a protocol.
    private static func isShown(_ text: String) -> Bool {
        text.contains(" ") && text.firstMatch(of: /[a-z]{2}/) != nil
    }

    /// The entries of phrases.zh.js.
    private static func phrases() throws -> [(english: String, chinese: String)] {
        let text = try PageFiles.text("phrases.zh.js").replacing(/"\s*\+ "/, with: "")
        return text.matches(of: /\[?(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_]+))\]?:\s+"((?:[^"\\]|\\.)*)"/).map { match in
            (String(match.1 ?? match.2 ?? ""), String(match.3))
        }
    }
}

/// The texts of the string literals in Swift sources.
enum SwiftLiterals {
    /// - Returns: One text for each literal, with `{}` for each value in it; literals joined by `+` are one.
    static func texts(of source: String) -> [String] {
        let code = source.replacing(/(?m)^\s*\/\/.*$/, with: "").replacing(/"\s*\+ "/, with: "")
        var scanner = Scanner(rest: code[...])
        return scanner.texts()
    }

    private struct Scanner {
        var rest: Substring

        mutating func texts() -> [String] {
            var found: [String] = []
            while let character = rest.popFirst() {
                if character == "\"" { found.append(literal(&found)) }
            }
            return found
        }

        /// The rest of a literal, whose values may have literals too.
        private mutating func literal(_ found: inout [String]) -> String {
            var text = ""
            while let character = rest.popFirst(), character != "\"" {
                guard character == "\\", let escaped = rest.popFirst() else {
                    text.append(character)
                    continue
                }
                if escaped == "(" {
                    value(&found)
                    text += "{}"
                } else {
                    text += "\\\(escaped)"
                }
            }
            return text
        }

        /// A value in a literal, to its closing parenthesis.
        private mutating func value(_ found: inout [String]) {
            var depth = 1
            while depth > 0, let character = rest.popFirst() {
                switch character {
                case "(": depth += 1
                case ")": depth -= 1
                case "\"": found.append(literal(&found))
                default: break
                }
            }
        }
    }
}
