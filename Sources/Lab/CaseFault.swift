/// Why a case gave no figures, in one sentence.
enum CaseFault: Error, CustomStringConvertible {
    case serverDidNotStart(complaint: String)
    case serverDied(how: String, complaint: String)
    case proxyDied(complaint: String)
    case loadFailed(how: String, complaint: String)
    case replayTooShort(file: String, lastsSeconds: Double, neededSeconds: Double)

    var description: String {
        switch self {
        case .serverDidNotStart(let complaint):
            "the server did not start: \(complaint.isEmpty ? "it said nothing" : complaint)"
        case .serverDied(let how, let complaint):
            "the server process ended in the middle of the case (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .proxyDied(let complaint):
            "nginx did not start, or ended in the middle of the case: \(complaint.isEmpty ? "it said nothing" : complaint)"
        case .loadFailed(let how, let complaint):
            "the load process failed (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .replayTooShort(let file, let lasts, let needed):
            "\(file) lasts \(lasts) s and the case needs \(needed) s; shorten warmup and duration or record more"
        }
    }
}
