import Measurement

/// Why a case has no results, in one sentence.
enum CaseFault: Error, CustomStringConvertible {
    case serverDidNotStart(complaint: String)
    case serverDied(how: String, complaint: String)
    /// The server did not stop and was killed. The sentence begins with `before`, an earlier failure.
    case serverStuck(timeout: Duration, before: String?)
    /// A proxy or another program that the lab started.
    case programDied(name: String, complaint: String)
    case programStuck(name: String, timeout: Duration)
    case loadFailed(how: String, complaint: String)
    /// The load process was killed this long after the end of the window.
    case loadStuck(timeout: Duration)
    /// A third-party server failed.
    case peer(name: String, PeerFault)
    case feederDidNotStart(complaint: String)
    case feederDied(how: String, complaint: String)
    /// The command that starts a load process does not exist.
    case noProgram(String)
    /// A load process printed this much and no line about itself.
    case noHello(lines: Int, first: String)
    /// The program in another place is of another version.
    case otherVersion(host: String, theirs: String, ours: String)
    /// What happened in one of several places.
    indirect case elsewhere(place: String, CaseFault)
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
        case .programStuck(let name, let timeout):
            "\(name) did not stop within \(timeout.spokenText) and was killed"
        case .programDied(let name, let complaint):
            "\(name) did not start or ended during the case: "
                + (complaint.isEmpty ? "it printed no error" : complaint)
        case .loadFailed(let how, let complaint):
            "the load process failed (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .loadStuck(let timeout):
            "the load process did not end within \(timeout.spokenText) after the measurement and was killed"
        case .peer(let name, let fault): fault.sentence(about: name)
        case .feederDidNotStart(let complaint):
            "the feeder of the server did not start: \(complaint.isEmpty ? "it printed no error" : complaint)"
        case .feederDied(let how, let complaint):
            "the feeder of the server ended during the case (\(how))\(complaint.isEmpty ? "" : ": \(complaint)")"
        case .noProgram(let name):
            "the load process cannot be started: there is no program \(name), or it must not be run"
        case .noHello(let lines, let first):
            "the load process printed \(lines) lines of other text and did not say that it is ready; the first is "
                + first
        case .otherVersion(let host, let theirs, let ours):
            "pushlab on \(host) is version \(theirs), and here it is \(ours); use the same version on all hosts"
        case .elsewhere(let place, let fault): "\(place): \(fault)"
        case .replayTooShort(let file, let lasts, let needed):
            "\(file) lasts \(lasts) s and the case needs \(needed) s; shorten warmup and duration or record more"
        }
    }
}
