import ArgumentParser
import Arguments
import Feed
import FeedServer
import Host
import Measurement

/// What is published, and when.
struct FeedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Source of items: synthetic; host, live counters of this machine; replay:FILE, a recording with one item \
            per line; stdin, one item per line; external, one item per POST /publish. (default: synthetic)
            """, valueName: "source"),
        transform: ArgumentReading.feedSource)
    var feed = FeedSource.synthetic

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Mean publication rate, 1/min to 100000/s; for recordings without due times too. (default: 10/s)",
            valueName: "rate"),
        transform: ArgumentReading.quantity(
            in: ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1))))
    var rate = ItemRate(items: 10, per: .seconds(1))

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Exact size of a synthetic item, 20B to 1MiB. (default: 128B)", valueName: "size"),
        transform: ArgumentReading.quantity(in: Self.sizes))
    var payload: ByteCount?

    @Option(
        help: ArgumentHelp(
            """
            Data of the synthetic feed: filler, random letters and digits; json, sensor readings that change little; \
            text, English words; random, bytes that cannot be compressed, in Base64 where a transport carries text. \
            (default: filler)
            """, valueName: "word"),
        transform: ArgumentReading.choice)
    var content = ItemContent.filler

    @Option(
        help: ArgumentHelp(
            "Arrivals of the synthetic feed: constant, poisson or bursty. (default: constant)", valueName: "word"),
        transform: ArgumentReading.choice)
    var arrivals = ArrivalProcess.constant

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Items due at once in bursty arrivals, 1 to 100000. (default: 10)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...100_000))
    var burst: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Replay a recording this many times as fast, 0.001 to 1000. (default: 1)", valueName: "x"),
        transform: ArgumentReading.decimal(in: 0.001...1_000))
    var speed: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of the synthetic feed, 0 to \(UInt64.max). (default: 1)", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt64.max))
    var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time from start to the feed's epoch, 0s to 24h. (default: 0s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .zero...Self.day))
    var feedDelay = Duration.zero

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Publish only items due within this time after the epoch, 0s to 8760h; streams end one second later. \
            Without it, streams end one second after a recording's last item. (default: no end)
            """, valueName: "time"),
        transform: ArgumentReading.quantity(in: .zero...Self.day * 365))
    var feedDuration: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Publish each item this much late: a deliberate fault.", visibility: .hidden),
        transform: ArgumentReading.quantity(in: .zero...Self.day))
    var faultPublishDelay = Duration.zero

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Spend this much processor time on each item for each client before it is sent, 0s to 1s; a test option, \
            which gives the server a known capacity. (default: 0s)
            """, valueName: "time"),
        transform: ArgumentReading.quantity(in: .zero...Duration.seconds(1)))
    var testDelayPerItem = Duration.zero

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Restart this long after the epoch, for experiments.", visibility: .hidden),
        transform: ArgumentReading.quantity(in: .zero...Self.day))
    var restartAfter: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time without a port in a restart.", visibility: .hidden),
        transform: ArgumentReading.quantity(in: .zero...Self.day))
    var restartDown = Duration.seconds(1)

    @Flag(help: ArgumentHelp("Lose the history in a restart.", visibility: .hidden))
    var restartForgets = false

    private static let day = Duration.seconds(86_400)
    private static let sizes = ByteCount(bytes: bytes.lowerBound)...ByteCount(bytes: bytes.upperBound)
    private static let bytes = FeedGenerator.payloadRange

    /// A sentence per option that the chosen feed does not use. They stay accepted: scripts change only `--feed`.
    var unused: [String] {
        let isReplay = if case .replay = feed { true } else { false }
        let isSynthetic = feed == .synthetic
        let isBursty = isSynthetic && arrivals == .bursty
        return [
            payload == nil || isSynthetic ? nil : "--payload has no effect without --feed synthetic",
            content == .filler || isSynthetic ? nil : "--content has no effect without --feed synthetic",
            arrivals == .constant || isSynthetic ? nil : "--arrivals has no effect without --feed synthetic",
            burst == nil || isBursty ? nil : "--burst has no effect without --feed synthetic --arrivals bursty",
            speed == nil || isReplay ? nil : "--speed has no effect without --feed replay:FILE",
        ].compactMap(\.self)
    }

    var restart: RestartPlan? {
        restartAfter.map { RestartPlan(after: $0, down: restartDown, keepsHistory: !restartForgets) }
    }

    /// - Throws: ``FileFault`` or ``RecordingFault``, which name the file.
    func input() throws -> FeedServerConfiguration.FeedInput {
        switch feed {
        case .synthetic:
            return .synthetic(
                FeedGenerator(
                    payloadBytes: payload?.bytes ?? 128, period: rate.period, arrivals: arrivals,
                    itemsPerBurst: burst ?? 10, content: content, seed: seed))
        case .host: return .host(period: rate.period)
        case .replay(let path):
            let recording = try RecordingFile.load(path)
            return .replay(
                try recording.replay(periodMicroseconds: Double(rate.period.nanoseconds) / 1_000, speed: speed ?? 1))
        case .standardInput, .external: return .pushed
        }
    }
}
