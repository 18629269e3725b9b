import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import Measurement

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Records a server's feed, for 'replay:FILE'.",
        discussion: """
            Writes two files: FILE has an item's data a line, FILE.due its due time in µs a line. Ctrl-C ends the \
            recording and keeps it; so does a server that fails, with exit code 1.
            """)

    @Option(help: "Base address of the server: http://HOST:PORT or https://HOST:PORT.", transform: ServerURL.read)
    var url: ServerURL

    @OptionGroup var trust: TrustOptions

    @Option(help: "The recording, which must not exist.")
    var out: String

    @Option(help: "Ends after so many items.")
    var items: Int?

    @Option(help: "Ends after this time. (default: 60s, without --items)", transform: ArgumentReading.quantity)
    var duration: Duration?

    func validate() throws {
        if out.isEmpty { throw ValidationError("--out is empty; allowed is the name of a file that does not exist") }
        if let items, items < 1 { throw ValidationError("--items is \(items); allowed 1 or more") }
        if let duration, duration <= .zero || duration > Self.longest {
            throw ValidationError("--duration is \(duration.spokenText); allowed above 0 s, up to 24 h")
        }
    }

    private static let longest = Duration.seconds(86_400)

    func run() async throws {
        let limit = duration ?? (items == nil ? .seconds(60) : Self.longest)
        let recorder = FeedRecorder(
            host: url.host, port: url.port, tls: try trust.trust(encrypts: url.encrypts), maximumItems: items ?? .max,
            duration: limit)
        let writer = try makeWriter()
        let result: FeedRecorder.Result
        do {
            result = try await RunControl.interruptible {
                try await recorder.record(with: writer) { Complaint.show($0) }
            }
        } catch {
            throw Failure("\(error)")
        }
        let refused = result.refusedItems
        print("\(result.items) items in \(out)" + (refused > 0 ? "; refused_items \(refused)" : ""))
        if let reason = result.brokenOff { throw Failure("the recording ended early: \(reason)") }
    }

    // Before the first item: an hour of recording is not to end with a file that cannot be written.
    private func makeWriter() throws -> RecordingWriter {
        do throws(FileFault) {
            return try RecordingWriter(out)
        } catch {
            let isThere = error.errorNumber == EEXIST
            throw Failure(
                isThere ? "\(error.path) exists already; nothing in it was touched" : "\(error)", code: .usage)
        }
    }
}
