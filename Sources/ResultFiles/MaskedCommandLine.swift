/// Replaces passwords and tokens in a command line, so that it can be published.
package enum MaskedCommandLine {
    static let mask = "***"

    // The value of an option with one of these words in its name is a secret, unless it names a file with the secret.
    private static let secretWords = ["token", "secret", "password"]
    private static let fileEndings = ["-file", "-out"]
    // Of a header field or of a query's parameter too.
    private static let secretParts = secretWords + ["auth", "cookie", "credential", "key", "session", "signature"]

    /// The words with secrets masked. Masking twice changes nothing.
    package static func words(_ words: [String]) -> [String] {
        var masked: [String] = []
        // The option whose value comes next, if its value may be a secret.
        var option: Substring?
        for word in words {
            if let name = option {
                masked.append(value(word, of: name))
                option = nil
                continue
            }
            let name = word.prefix { $0 != "=" }
            guard word.hasPrefix("--"), mayHide(name) else {
                masked.append(self.word(word))
                continue
            }
            if name.count < word.count {
                masked.append("\(name)=\(value(String(word.dropFirst(name.count + 1)), of: name))")
            } else {
                masked.append(word)
                option = name
            }
        }
        return masked
    }

    /// The word with the password of its URL masked: `http://user:***@host`.
    package static func word(_ word: String) -> String {
        // A password that is not escaped may contain any character, so it ends at the last `@`.
        guard let scheme = word.firstRange(of: "://"), let end = word.lastIndex(of: "@"), end > scheme.upperBound,
            let colon = word[scheme.upperBound..<end].firstIndex(of: ":")
        else { return word }
        return word[...colon] + mask + word[end...]
    }

    private static func mayHide(_ name: Substring) -> Bool {
        ["--header", "--path", "--query", "--cookie"].contains(name.lowercased()) || isSecret(name)
    }

    private static func isSecret(_ name: Substring) -> Bool {
        let name = name.lowercased()
        return secretWords.contains { name.contains($0) } && !fileEndings.contains { name.hasSuffix($0) }
    }

    private static func value(_ text: String, of option: Substring) -> String {
        switch option.lowercased() {
        case "--header": field(text)
        case "--query": parameters(text[...])
        case "--path": path(text)
        default: mask
        }
    }

    /// `Authorization: ***`; other fields as they are.
    private static func field(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":"), isSecretPart(text[..<colon]) else { return text }
        return "\(text[..<colon]): \(mask)"
    }

    private static func path(_ text: String) -> String {
        guard let mark = text.firstIndex(of: "?") else { return text }
        return text[...mark] + parameters(text[text.index(after: mark)...])
    }

    /// `room=1&token=***`.
    private static func parameters(_ text: Substring) -> String {
        text.split(separator: "&", omittingEmptySubsequences: false).map { parameter -> String in
            guard let equals = parameter.firstIndex(of: "="), isSecretPart(parameter[..<equals]) else {
                return String(parameter)
            }
            return parameter[...equals] + mask
        }.joined(separator: "&")
    }

    private static func isSecretPart(_ name: Substring) -> Bool {
        let name = name.lowercased()
        return secretParts.contains { name.contains($0) }
    }
}

extension String {
    /// The first range of a text, without the regular expressions of the standard library.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
