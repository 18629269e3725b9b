/// Replaces passwords and tokens in a command line, so that it can be published.
package enum MaskedCommandLine {
    static let mask = "***"

    // The value of an option with one of these words in its name is a secret, unless it names a file with the secret.
    private static let secretWords = ["token", "secret", "password"]
    private static let fileEndings = ["-file", "-out"]

    /// The words with secrets masked. Masking twice changes nothing.
    package static func words(_ words: [String]) -> [String] {
        var masked: [String] = []
        var isValueSecret = false
        for word in words {
            if isValueSecret {
                masked.append(mask)
                isValueSecret = false
                continue
            }
            guard word.hasPrefix("--") else {
                masked.append(self.word(word))
                continue
            }
            let name = word.prefix { $0 != "=" }
            let isSecret = isSecret(name)
            isValueSecret = isSecret && name.count == word.count
            masked.append(isSecret && !isValueSecret ? "\(name)=\(mask)" : self.word(word))
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

    private static func isSecret(_ name: Substring) -> Bool {
        let name = name.lowercased()
        return secretWords.contains { name.contains($0) } && !fileEndings.contains { name.hasSuffix($0) }
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
