import Measurement

/// Why a case has no results, in one sentence.
enum CaseFault: Error, CustomStringConvertible {
    case serverDidNotStart(complaint: String)
    case serverDied(how: String, complaint: String)
    /// The server did not stop and was killed. The sentence begins with `before`, an earlier failure.
    case serverStuck(timeout: Duration, before: String?)
    case middleboxDied(name: String, complaint: String)
    case middleboxStuck(name: String, timeout: Duration)
    case loadFailed(how: String, complaint: String)
    /// The load process was killed this long after the end of the window.
    case loadStuck(timeout: Duration)
    case replayTooShort(file: String, lastsSeconds: Double, neededSeconds: Double)

    var description: String {
        switch self {
        case .serverDidNotStart(let complaint):
            "the server did not start: \(complaint.isEmpty ? "it printed no error" : complaint)"
        case .serverDied(let how, let complaint):
            "the server process ended during the case (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .serverStuck(let timeout, let before):
            (before.map { "\($0); " } ?? "")
                + "the server process did not stop within \(timeout.spokenText) and was killed"
        case .middleboxStuck(let name, let timeout):
            "\(name) did not stop within \(timeout.spokenText) and was killed"
        case .middleboxDied(let name, let complaint):
            "\(name) did not start or ended during the case: "
                + (complaint.isEmpty ? "it printed no error" : complaint)
        case .loadFailed(let how, let complaint):
            "the load process failed (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .loadStuck(let timeout):
            "the load process did not end within \(timeout.spokenText) after the measurement and was killed"
        case .replayTooShort(let file, let lasts, let needed):
            "\(file) lasts \(lasts) s and the case needs \(needed) s; shorten warmup and duration or record more"
        }
    }
}
