import Measurement

/// What a third-party server did wrong.
enum PeerFault: Error, Equatable, CustomStringConvertible {
    case missing(program: String, installation: PeerProgram.Installation)
    case notBuilt(how: String, complaint: String)
    case withoutVersion(how: String, complaint: String, installation: PeerProgram.Installation)
    case endedBeforeReady(how: String, complaint: String)
    /// It listens only on other ports.
    case ignoresPort(Int, listening: [Int], timeout: Duration)
    case notReady(PeerReadiness.Lack, timeout: Duration)
    case ended(how: String, complaint: String)
    /// It was killed. The sentence begins with `before`, an earlier failure.
    case stuck(timeout: Duration, before: String?)
    case unkillable([Int32])

    /// One sentence about the server with this name.
    func sentence(about name: String) -> String {
        switch self {
        case .missing(let program, let installation):
            "\(name) cannot be started: the program \(program) is not installed\(installation.advice)"
        case .notBuilt(let how, let complaint): "\(name) was not built (\(how))" + Self.after(complaint)
        case .withoutVersion(let how, let complaint, let installation):
            "\(name) did not report its version (\(how))" + Self.after(complaint) + installation.advice
        case .endedBeforeReady(let how, let complaint):
            "\(name) ended before it was ready (\(how))" + Self.after(complaint)
        case .ignoresPort(let port, let listening, let timeout):
            "\(name) did not listen on its port \(port) of 127.0.0.1 within \(timeout.spokenText); it listens on "
                + (listening.count == 1 ? "port " : "the ports ") + listening.map { "\($0)" }.joined(separator: ", ")
        case .notReady(let lack, let timeout):
            "\(name) was not ready within \(timeout.spokenText): \(lack.text)"
        case .ended(let how, let complaint): "\(name) ended during the case (\(how))" + Self.after(complaint)
        case .stuck(let timeout, let before):
            (before.map { "\($0); " } ?? "") + "\(name) did not stop within \(timeout.spokenText) and was killed"
        case .unkillable(let processes):
            "processes of \(name) could not be killed: " + processes.map { "\($0)" }.joined(separator: ", ")
        }
    }

    var description: String { sentence(about: "the server") }

    private static func after(_ complaint: String) -> String { complaint.isEmpty ? "" : ": \(complaint)" }
}

extension PeerProgram.Installation {
    /// What to install, as the end of a sentence; empty if that is unknown.
    var advice: String {
        var parts: [String] = []
        if !debian.isEmpty {
            parts.append("the Debian package\(debian.count == 1 ? "" : "s") \(debian.joined(separator: ", "))")
        }
        if !pypi.isEmpty {
            parts.append("the PyPI package\(pypi.count == 1 ? "" : "s") \(pypi.joined(separator: ", "))")
        }
        if parts.isEmpty { return "" }
        return "; install \(parts.joined(separator: " and ")), or start the scenario with Scenarios/run.sh, which does"
    }
}
