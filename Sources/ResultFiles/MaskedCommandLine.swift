/// A command line as it may be published: passwords and tokens are replaced.
package enum MaskedCommandLine {
    static let mask = "***"

    // The value of an option with one of these words in its name is a secret, unless it names a file that holds it.
    private static let secretWords = ["token", "secret", "password"]
    private static let fileEndings = ["-file", "-out"]

    /// The same words; what is masked already stays as it is.
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

    /// One word without the password of a URL in it: `http://user:***@host`.
    package static func word(_ word: String) -> String {
        // A password that is not escaped may hold any character, so it ends with the last `@` only.
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
    /// Where a text first stands; without the regular expressions of the standard library.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
