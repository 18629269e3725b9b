import Measurement

/// Source of a feed's items, as in `--feed` and a scenario's `source`.
package enum FeedSource: Equatable, Hashable, Sendable {
    /// Generated from a seed; see ``FeedGenerator``.
    case synthetic
    /// Live counters of this machine.
    case host
    /// A recording, one line per item.
    case replay(path: String)
    /// Standard input, one line per item.
    case standardInput
    /// Clients publish items with `POST /publish`.
    case external
    /// Another program writes items to a Redis stream, for this server and others.
    case redis(RedisStream)

    /// - Throws: ``FeedSourceError`` for any other text.
    package init(_ text: String) throws(FeedSourceError) {
        switch text {
        case "synthetic": self = .synthetic
        case "host": self = .host
        case "stdin": self = .standardInput
        case "external": self = .external
        default:
            if text.hasPrefix("redis:") || text.hasPrefix("rediss:") {
                do throws(RedisStreamFault) {
                    self = .redis(try RedisStream(text))
                } catch {
                    throw FeedSourceError(seen: text, stream: error)
                }
                return
            }
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
        case .redis(let stream): stream.text
        }
    }
}

extension FeedSource {
    /// The source that was probably meant; a file's name is most likely a recording.
    package static func suggestion(for text: String, among words: [String]) -> String {
        let isFile = !text.hasPrefix("replay:") && text.contains { ".:/".contains($0) }
        return isFile ? "; did you mean replay:\(text.prefix(64))?" : Spelling.suggestion(for: text, among: words)
    }
}

/// An unknown feed source.
package struct FeedSourceError: Error, Equatable, CustomStringConvertible {
    let seen: String
    /// Why it does not name a Redis stream; `nil` if it does not begin like one.
    var stream: RedisStreamFault?

    package var description: String { "feed \(complaint)" }

    /// The sentence without its subject.
    package var complaint: String {
        if let stream { return stream.complaint }
        let suggestion = FeedSource.suggestion(for: seen, among: ["synthetic", "host", "stdin", "external"])
        return "is \(ShownValue.text(seen)); allowed synthetic, host, replay:FILE, stdin, external, "
            + "\(RedisStream.form)\(suggestion)"
    }
}
