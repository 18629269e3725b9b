/// What a command of a `peer.yaml` can have in braces.
package enum PeerPlaceholder: String, CaseIterable, Sendable {
    /// The first port that the lab reserves.
    case port
    case port2
    case port3
    case port4
    /// The peer's folder.
    case folder
    /// A folder that the lab makes for what the peer builds.
    case build
    /// The Python of the peer's virtual environment.
    case python

    /// `{port}`.
    package var text: String { "{\(rawValue)}" }

    /// Those of this many ports.
    static func ports(_ count: Int) -> [PeerPlaceholder] { Array([.port, .port2, .port3, .port4].prefix(count)) }

    /// Those that do not depend on a start.
    static let places: [PeerPlaceholder] = [.folder, .build, .python]

    /// The words in braces in a text, in its order. Braces around anything but letters, digits, `-` and `_` are text.
    static func words(in text: String) -> [String] {
        var words: [String] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "{") {
            rest = rest[rest.index(after: start)...]
            let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
            if !word.isEmpty, word.endIndex < rest.endIndex, rest[word.endIndex] == "}" { words.append(String(word)) }
        }
        return words
    }
}
