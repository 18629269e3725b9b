import Measurement

/// Why a case gave no figures, in one sentence.
enum CaseFault: Error, CustomStringConvertible {
    case serverDidNotStart(complaint: String)
    case serverDied(how: String, complaint: String)
    /// The server was killed, for it did not stop; what had gone wrong before is told first.
    case serverStuck(patience: Duration, before: String?)
    case middleboxDied(name: String, complaint: String)
    case middleboxStuck(name: String, patience: Duration)
    case loadFailed(how: String, complaint: String)
    /// The load process was killed, this long after its window.
    case loadStuck(patience: Duration)
    case replayTooShort(file: String, lastsSeconds: Double, neededSeconds: Double)

    var description: String {
        switch self {
        case .serverDidNotStart(let complaint):
            "the server did not start: \(complaint.isEmpty ? "it said nothing" : complaint)"
        case .serverDied(let how, let complaint):
            "the server process ended in the middle of the case (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .serverStuck(let patience, let before):
            (before.map { "\($0); " } ?? "")
                + "the server process did not stop within \(patience.spokenText) and was killed"
        case .middleboxStuck(let name, let patience):
            "\(name) did not stop within \(patience.spokenText) and was killed"
        case .middleboxDied(let name, let complaint):
            "\(name) did not start, or ended in the middle of the case: "
                + (complaint.isEmpty ? "it said nothing" : complaint)
        case .loadFailed(let how, let complaint):
            "the load process failed (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .loadStuck(let patience):
            "the load process was not done \(patience.spokenText) after the measurement and was killed"
        case .replayTooShort(let file, let lasts, let needed):
            "\(file) lasts \(lasts) s and the case needs \(needed) s; shorten warmup and duration or record more"
        }
    }
}
