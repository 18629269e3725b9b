import ArgumentParser
import Lab

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says whether this machine is fit to measure, and what to mend.",
        discussion: "Exits 1 if something would make figures wrong; doubts alone exit 0.")

    func run() async throws {
        let findings = await Doctor.examine()
        let width = findings.map { $0.subject.count }.max() ?? 0
        for finding in findings {
            let subject = finding.subject + String(repeating: " ", count: width - finding.subject.count)
            print("\(Self.mark(finding.grade))  \(subject)  \(finding.seen)")
            if !finding.mend.isEmpty { print("          \(finding.mend)") }
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
