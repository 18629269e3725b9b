import ArgumentParser
import Arguments
import Feed
import FeedServer
import Host
import Measurement

/// What is published, and when.
struct FeedOptions: ParsableArguments {
    @Option(
        help: "Source of items: synthetic, host, replay:FILE, stdin or external. (default: synthetic)",
        transform: ArgumentReading.feedSource)
    var feed = FeedSource.synthetic

    @Option(
        help: "Mean publication rate, 1/min to 100000/s; for recordings without due times too. (default: 10/s)",
        transform: ArgumentReading.quantity)
    var rate = ItemRate(items: 10, per: .seconds(1))

    @Option(help: "Exact size of a synthetic item, 20B to 1MiB. (default: 128B)", transform: ArgumentReading.quantity)
    var payload = ByteCount(bytes: 128)

    @Option(
        help: "Arrivals of the synthetic feed: constant, poisson or bursty. (default: constant)",
        transform: ArgumentReading.choice)
    var arrivals = ArrivalProcess.constant

    @Option(
        parsing: .unconditional, help: "Items due at once in bursty arrivals, 1 to 100000. (default: 10)",
        transform: ArgumentReading.number(in: 1...100_000))
    var burst = 10

    @Option(
        parsing: .unconditional, help: "Replay a recording this many times as fast, 0.001 to 1000. (default: 1)",
        transform: ArgumentReading.decimal(in: 0.001...1_000))
    var speed = 1.0

    @Option(
        parsing: .unconditional, help: "Seed of the synthetic feed, 0 to \(UInt64.max). (default: 1)",
        transform: ArgumentReading.number(in: 0...UInt64.max))
    var seed: UInt64 = 1

    @Option(help: "Time from start to the feed's epoch, 0s to 24h. (default: 0s)", transform: ArgumentReading.quantity)
    var feedDelay = Duration.zero

    @Option(
        help: """
            Publish only items due within this time after the epoch, 0s to 8760h; streams end one second later. \
            Without it, streams end one second after a recording's last item. (default: no end)
            """,
        transform: ArgumentReading.quantity)
    var feedDuration: Duration?

    @Option(
        help: ArgumentHelp("Publish each item this much late: a deliberate fault.", visibility: .hidden),
        transform: ArgumentReading.quantity)
    var faultPublishDelay = Duration.zero

    func validate() throws {
        let sizes = FeedGenerator.payloadRange
        try require(sizes.contains(payload.bytes), "--payload is \(payload.spokenText); allowed 20 B to 1 MiB")
        let rates = ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1))
        try require(rates.contains(rate), "--rate is \(rate.quantityText); allowed 1/min to 100000/s")
        let day = Duration.seconds(86_400)
        try require(feedDelay <= day, "--feed-delay is \(feedDelay.quantityText); allowed 0s to 24h")
        if let feedDuration {
            try require(
                feedDuration <= day * 365, "--feed-duration is \(feedDuration.quantityText); allowed 0s to 8760h")
        }
        try require(
            faultPublishDelay <= day, "--fault-publish-delay is \(faultPublishDelay.quantityText); allowed 0s to 24h")
    }

    /// - Throws: ``FileFault`` or ``RecordingFault``, which name the file.
    func input() throws -> FeedServerConfiguration.FeedInput {
        switch feed {
        case .synthetic:
            return .synthetic(
                FeedGenerator(
                    payloadBytes: payload.bytes, period: rate.period, arrivals: arrivals, itemsPerBurst: burst,
                    seed: seed))
        case .host: return .host(period: rate.period)
        case .replay(let path):
            let recording = try RecordingFile.load(path)
            return .replay(
                try recording.replay(periodMicroseconds: Double(rate.period.nanoseconds) / 1_000, speed: speed))
        case .standardInput, .external: return .pushed
        }
    }
}
