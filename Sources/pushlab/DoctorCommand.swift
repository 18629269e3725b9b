import ArgumentParser
import Lab

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks whether this machine is suitable for measuring, and says what to fix.",
        discussion: "Exit code 1 if figures would be wrong; 0 if they are right or only less precise.")

    func run() async throws {
        let findings = await Doctor.examine()
        let width = findings.map { $0.subject.count }.max() ?? 0
        for finding in findings {
            let subject = finding.subject + String(repeating: " ", count: width - finding.subject.count)
            print("\(Self.mark(finding.grade))  \(subject)  \(finding.seen)")
            if !finding.fix.isEmpty { print("          \(finding.fix)") }
        }
        if findings.contains(where: { $0.grade == .unfit }) { throw ExitCode(1) }
    }

    private static func mark(_ grade: Doctor.Finding.Grade) -> String {
        switch grade {
        case .good: "good    "
        case .doubtful: "doubtful"
        case .unfit: "UNFIT   "
        }
    }
}
