/// Where the items of a feed come from, as `--feed` and a scenario's `source` name it.
package enum FeedSource: Equatable, Hashable, Sendable {
    /// Made from a seed; see ``FeedGenerator``.
    case synthetic
    /// Live counters of this machine.
    case host
    /// A recording, a line an item.
    case replay(path: String)
    /// A line of standard input is an item.
    case standardInput
    /// Items come by `POST /publish`.
    case external

    /// - Throws: ``FeedSourceError`` for anything but the five forms.
    package init(_ text: String) throws(FeedSourceError) {
        switch text {
        case "synthetic": self = .synthetic
        case "host": self = .host
        case "stdin": self = .standardInput
        case "external": self = .external
        default:
            guard text.hasPrefix("replay:"), text.count > "replay:".count else {
                throw FeedSourceError(seen: text)
            }
            self = .replay(path: String(text.dropFirst("replay:".count)))
        }
    }

    /// The form that ``init(_:)`` reads.
    package var text: String {
        switch self {
        case .synthetic: "synthetic"
        case .host: "host"
        case .replay(let path): "replay:\(path)"
        case .standardInput: "stdin"
        case .external: "external"
        }
    }
}

/// A feed source that is none of the known ones.
package struct FeedSourceError: Error, Equatable, CustomStringConvertible {
    let seen: String

    package var description: String {
        "feed is '\(seen)'; allowed: synthetic, host, replay:FILE, stdin, external"
    }
}
