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
            recording and keeps it.
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
        if let items, items < 1 { throw ValidationError("--items is \(items); allowed 1 or more") }
        if let duration, duration <= .zero { throw ValidationError("--duration is 0; allowed above 0") }
    }

    func run() async throws {
        if AtomicFile.exists(out) { throw Failure("\(out) exists already; nothing in it was touched", code: .usage) }
        let limit = duration ?? (items == nil ? .seconds(60) : .seconds(86_400))
        let recorder = FeedRecorder(
            host: url.host, port: url.port, tls: try trust.trust(encrypts: url.encrypts), maximumItems: items ?? .max,
            duration: limit)
        do {
            let count = try await InterruptibleRun.run { try await recorder.record(to: out) }
            print("\(count) items in \(out)")
        } catch {
            throw Failure("\(error)")
        }
    }
}
