import ArgumentParser
import Feed
import FeedServer
import Host
import Measurement

/// The items of a feed and when they are due, for every program that publishes one: with the same options they publish
/// the same items.
package struct FeedItemOptions: ParsableArguments {
    @Option(
        name: .customLong("rate"), parsing: .unconditional,
        help: ArgumentHelp(
            "Mean publication rate, 1/min to 100000/s; for recordings without due times too. (default: 10/s)",
            valueName: "rate"),
        transform: ArgumentReading.quantity(
            in: ItemRate(items: 1, per: .seconds(60))...ItemRate(items: 100_000, per: .seconds(1))))
    package var givenRate: ItemRate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Exact size of a synthetic item, 20B to 1MiB. (default: 128B)", valueName: "size"),
        transform: ArgumentReading.quantity(in: Self.sizes))
    package var payload: ByteCount?

    @Option(
        help: ArgumentHelp(
            """
            Data of the synthetic feed: filler, random letters and digits; json, sensor readings that change little; \
            text, English words; random, bytes that cannot be compressed, in Base64 where a transport carries text. \
            (default: filler)
            """, valueName: "word"),
        transform: ArgumentReading.choice)
    package var content = ItemContent.filler

    @Option(
        help: ArgumentHelp(
            "Arrivals of the synthetic feed: constant, poisson or bursty. (default: constant)", valueName: "word"),
        transform: ArgumentReading.choice)
    package var arrivals = ArrivalProcess.constant

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Items due at once in bursty arrivals, 1 to 100000. (default: 10)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...100_000))
    package var burst: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Replay a recording this many times as fast, 0.001 to 1000. (default: 1)", valueName: "x"),
        transform: ArgumentReading.decimal(in: 0.001...1_000))
    package var speed: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Seed of the synthetic feed, 0 to \(UInt64.max). (default: 1)", valueName: "n"),
        transform: ArgumentReading.number(in: 0...UInt64.max))
    package var seed: UInt64 = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time from start to the feed's epoch, 0s to 24h. (default: 0s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .zero...FeedTimes.day))
    package var feedDelay = Duration.zero

    package init() {}

    private static let sizes = ByteCount(bytes: bytes.lowerBound)...ByteCount(bytes: bytes.upperBound)
    private static let bytes = FeedGenerator.payloadRange

    /// Mean publication rate of a source that does not have its own.
    package var rate: ItemRate { givenRate ?? ItemRate(items: 10, per: .seconds(1)) }

    /// Size of a synthetic item.
    package var itemSize: ByteCount { payload ?? ByteCount(bytes: 128) }

    /// A sentence per option that a source does not use. They stay accepted: scripts change only the source.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - name: How the command line names a source, such as `--feed synthetic`.
    /// - Returns: The sentences.
    package func unused(by source: FeedSource, named name: (String) -> String) -> [String] {
        let isReplay = if case .replay = source { true } else { false }
        let isShared = if case .redis = source { true } else { false }
        let isSynthetic = source == .synthetic
        let isBursty = isSynthetic && arrivals == .bursty
        let (synthetic, pace) = (name("synthetic"), Self.ownPace(of: source))
        return [
            givenRate == nil ? nil : pace.map { "--rate has no effect with \(name(source.text)), \($0)" },
            payload == nil || isSynthetic ? nil : "--payload has no effect without \(synthetic)",
            content == .filler || isSynthetic ? nil : "--content has no effect without \(synthetic)",
            arrivals == .constant || isSynthetic ? nil : "--arrivals has no effect without \(synthetic)",
            burst == nil || isBursty ? nil : "--burst has no effect without \(synthetic) --arrivals bursty",
            speed == nil || isReplay ? nil : "--speed has no effect without \(name("replay:FILE"))",
            feedDelay == .zero || !isShared
                ? nil : "--feed-delay has no effect with \(name(source.text)), whose writer sets the epoch",
        ].compactMap(\.self)
    }

    /// What decides when the items of a source come, instead of a rate; `nil` if a rate does.
    private static func ownPace(of source: FeedSource) -> String? {
        switch source {
        case .synthetic, .host: nil
        case .replay(let path):
            PathKind(path + Recording.dueSuffix) == .missing ? nil : "which has due times: use --speed"
        case .standardInput, .external, .redis: "whose writer decides when items come"
        }
    }

    /// Reads the files of the source, or connects to it.
    ///
    /// - Parameter source: The source.
    /// - Returns: The input of a server.
    /// - Throws: ``FileFault`` or ``RecordingFault``, which name the file; ``StreamFault``.
    package func input(from source: FeedSource) throws -> FeedServerConfiguration.FeedInput {
        switch source {
        case .synthetic:
            return .synthetic(
                FeedGenerator(
                    payloadBytes: itemSize.bytes, period: rate.period, arrivals: arrivals,
                    itemsPerBurst: burst ?? 10, content: content, seed: seed))
        case .host: return .host(period: rate.period)
        case .replay(let path):
            let recording = try RecordingFile.load(path)
            return .replay(
                try recording.replay(periodMicroseconds: Double(rate.period.nanoseconds) / 1_000, speed: speed ?? 1))
        case .standardInput, .external: return .pushed
        case .redis(let stream): return .stream(try StreamFeed.open(stream) { Complaint.show($0) })
        }
    }
}

/// Bounds of options that are times of a feed.
package enum FeedTimes {
    package static let day = Duration.seconds(86_400)
    package static let year = day * 365
}
