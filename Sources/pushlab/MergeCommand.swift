import ArgumentParser
import Arguments
import Host
import Lab
import Report

struct MergeCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Merges runs of the same scenario into one folder.",
        discussion: """
            Rows keep their run_id; repeats are renumbered in the order of the folders. Each repeat keeps its \
            histogram, so percentiles over all repeats come from merged counts.
            """)

    @Argument(help: "Folders of the runs, two or more.")
    var folders: [String]

    @Option(help: ArgumentHelp("Folder to write, which must not exist; its parent must.", valueName: "folder"))
    var out: String

    @Flag(help: "Also accept incomplete runs; the result says so.")
    var allowIncomplete = false

    static let example = "pushlab merge Results/quickstart/A Results/quickstart/B --out merged"

    func validate() throws {
        if folders.count < 2 { throw ValidationError("there is \(folders.count) folder to merge; allowed 2 or more") }
        if let again = folders.indices.first(where: { folders[..<$0].contains(folders[$0]) }) {
            throw ValidationError("\(folders[again]) is given twice; merge takes each run only once")
        }
    }

    func run() async throws {
        do {
            try OutputPath.checkIsNew(out)
            let parts = try folders.map { try MergePart(directory: $0, allowsIncomplete: allowIncomplete) }
            let merged = try MergedRun(parts, commandLine: CommandLine.arguments)
            try RunFolder.write(merged, creating: out)
            for note in merged.notes { Complaint.show("note: \(note)") }
            print("Files: \(out)")
        } catch let error as MergeError {
            throw Failure("\(error)", code: .usage)
        } catch let fault as OutputFault {
            throw Failure("\(fault)", code: .usage)
        }
    }
}
