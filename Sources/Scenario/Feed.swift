import Feed
import Measurement

extension Scenario {
    /// What is published, and when.
    package struct Feed: Sendable, Hashable {
        package enum Source: Sendable, Hashable {
            /// Generated from the seed.
            case synthetic
            /// Live counters of this machine.
            case host
            /// A recording; the path is relative to the working directory, not to the scenario.
            case replay(path: String)
            /// No feed: clients send messages and the server echoes each one (``send`` in the scenario).
            case clients
        }

        package let source: Source
        /// `nil` for a recording, which has its own rate.
        package let rate: ItemRate?
        /// `nil` if the source decides the size.
        package let payload: ByteCount?
        /// Kind of data of a synthetic feed.
        package let content: ItemContent
        package let arrivals: Arrivals
        /// Items due at once; `nil` unless arrivals are bursty.
        package let burst: Int?
        /// How many times faster than recorded; `nil` unless it is a replay.
        package let speed: Double?

        init(
            source: Source,
            rate: ItemRate? = nil,
            payload: ByteCount? = nil,
            content: ItemContent = .filler,
            arrivals: Arrivals = .constant,
            burst: Int? = nil,
            speed: Double? = nil
        ) {
            self.source = source
            self.rate = rate
            self.payload = payload
            self.content = content
            self.arrivals = arrivals
            self.burst = burst
            self.speed = speed
        }

        /// Whether clients send and the server echoes, so that delays are round trips.
        package var isEcho: Bool { source == .clients }

        /// A short name, safe in file names: `synthetic-poisson-10-per-s-128B`. Feeds that differ only in the folder of
        /// their recording have the same name; ``CaseMaker`` numbers those.
        package var id: String {
            var parts: [String]
            switch source {
            case .synthetic: parts = ["synthetic"]
            case .host: parts = ["host"]
            case .replay(let path): parts = ["replay", Self.stem(of: path)]
            case .clients: parts = ["echo"]
            }
            if content != .filler { parts.append(content.rawValue) }
            if arrivals != .constant { parts.append(arrivals.rawValue + (burst.map(String.init) ?? "")) }
            if let rate { parts.append(rate.quantityText) }
            if let payload { parts.append(payload.quantityText) }
            if let speed, speed != 1 { parts.append("\(speed.quantityText)x") }
            return fileNameSafe(parts.joined(separator: "-"))
        }

        /// A recording's file name without its extension: what names it in results.
        package static func stem(of path: String) -> String {
            let name = path.split(separator: "/").last ?? "recording"
            guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return String(name) }
            return String(name[..<dot])
        }
    }
}

/// Keeps ASCII letters, digits, points and hyphens. `/` becomes `-per-`, everything else a hyphen.
package func fileNameSafe(_ text: String) -> String {
    var safe = ""
    for character in text {
        switch character {
        case "/": safe += "-per-"
        case "." where safe.isEmpty: safe += "-"
        case _ where character.isASCII && (character.isLetter || character.isNumber || ".-".contains(character)):
            safe.append(character)
        default: safe += "-"
        }
    }
    return safe
}
