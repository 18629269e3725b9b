import ArgumentParser
import Arguments
import Lab
import ResultFiles

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks whether this machine is suitable for measuring, and says what to fix.",
        discussion: "Exit code 1 if figures would be wrong; 0 if they are right or only less precise.")

    @OptionGroup var format: FormatOption

    func run() async throws {
        let findings = await Doctor.examine()
        let code: Failure.Code? = findings.contains { $0.grade == .unfit } ? .failed : nil
        switch format.value {
        case .text: show(findings)
        case .json: CommandOutput.show("doctor", code: code, [("findings", .array(findings.map(Self.json)))])
        }
        if let code { throw ExitCode(code.rawValue) }
    }

    private static func json(_ finding: Doctor.Finding) -> JSONValue {
        [
            "grade": .string(finding.grade.rawValue), "subject": .string(finding.subject),
            "seen": .string(finding.seen), "fix": .string(finding.fix),
        ]
    }

    private func show(_ findings: [Doctor.Finding]) {
        let width = findings.map { $0.subject.count }.max() ?? 0
        for finding in findings {
            let subject = finding.subject + String(repeating: " ", count: width - finding.subject.count)
            print("\(Self.mark(finding.grade))  \(subject)  \(finding.seen)")
            if !finding.fix.isEmpty { print("          \(finding.fix)") }
        }
    }

    private static func mark(_ grade: Doctor.Finding.Grade) -> String {
        switch grade {
        case .good: "good    "
        case .doubtful: "doubtful"
        case .unfit: "UNFIT   "
        }
    }
}
