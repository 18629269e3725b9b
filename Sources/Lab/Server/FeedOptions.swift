import Feed
import Measurement
import Scenario

/// The options of `pushlab-server` and `pushlab feed` for the feed of a case.
extension Scenario.Feed {
    /// The feed in the form of `--feed`.
    func sourceText(in recordings: RecordingPlaces) -> String {
        switch source {
        case .synthetic, .clients: FeedSource.synthetic.text
        case .host: FeedSource.host.text
        case .replay(let path): FeedSource.replay(path: recordings[path]).text
        }
    }

    /// How many items there are, of which size and kind, and when they are due.
    var options: [String] {
        var arguments = ["--arrivals", arrivals.rawValue]
        if content != .filler { arguments += ["--content", content.rawValue] }
        if let rate { arguments += ["--rate", rate.quantityText] }
        if let payload { arguments += ["--payload", payload.quantityText] }
        if let burst { arguments += ["--burst", "\(burst)"] }
        if let speed { arguments += ["--speed", "\(speed)"] }
        return arguments
    }
}
