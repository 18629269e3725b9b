import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Measurement

struct RecordCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records a server's feed, for 'replay:FILE'.",
        discussion: """
            Writes two files with one line per item: FILE has the data, FILE.due the due time in µs. Ctrl-C ends the \
            recording and keeps it; so does a server that fails, with exit code 1.
            """)

    @Option(
        help: "Base address of the server: http://HOST:PORT or https://HOST:PORT.", transform: ServerURL.read)
    var url: ServerURL

    @OptionGroup var trust: TrustOptions

    @Option(help: ArgumentHelp("File for the recording, which must not exist.", valueName: "file"))
    var out: String

    // More than the 24 h of the longest recording can have at 100,000/s.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Stop after this many items, 1 to 10000000000.", valueName: "n"),
        transform: ArgumentReading.number(in: 1...10_000_000_000))
    var items: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Stop after this time, above 0s and up to 24h. (default: 60s, or 24h with --items)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .nanoseconds(1)...Self.longest))
    var duration: Duration?

    private static let longest = Duration.seconds(86_400)
    static let example = "pushlab record --url http://127.0.0.1:8080 --out feed.ndjson"

    func run() async throws {
        let limit = duration ?? (items == nil ? .seconds(60) : Self.longest)
        let recorder = FeedRecorder(
            host: url.host, port: url.port, tls: try trust.trust(url), maximumItems: items ?? .max,
            duration: limit)
        let writer = try makeWriter()
        let result: FeedRecorder.Outcome
        do {
            result = try await RunControl.interruptible {
                try await recorder.record(with: writer) { Complaint.show($0) }
            }
        } catch {
            throw Failure(url.sentence(for: error))
        }
        let refused = result.refusedItems
        print("\(result.items) items in \(out)" + (refused > 0 ? "; refused_items \(refused)" : ""))
        if let reason = result.earlyEndReason { throw Failure("the recording ended early: \(reason)") }
    }

    // Opened before the first item: a file that cannot be written must not cost an hour of recording.
    private func makeWriter() throws -> RecordingWriter {
        do {
            try OutputPath.checkIsNew(out)
            return try RecordingWriter(out)
        } catch let fault as FileFault where fault.errorNumber == EEXIST {
            throw Failure("\(fault.path) exists already and was not changed; name a new file", code: .usage)
        } catch {
            throw Failure("\(error)", code: .usage)
        }
    }
}
