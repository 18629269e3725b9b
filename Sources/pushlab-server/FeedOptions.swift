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
            per line; stdin, one item per line; external, one item per POST /publish; redis://HOST:PORT/STREAM, a \
            stream that 'pushlab feed' writes for several servers. (default: synthetic)
            """, valueName: "source"),
        transform: ArgumentReading.feedSource)
    var feed = FeedSource.synthetic

    @OptionGroup var items: FeedItemOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Publish only items due within this time after the epoch, 0s to 8760h; streams end one second later. \
            Without it, streams end one second after a recording's last item. (default: no end)
            """, valueName: "time"),
        transform: ArgumentReading.quantity(in: .zero...FeedTimes.year))
    var feedDuration: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Publish each item this much late: a deliberate fault.", visibility: .hidden),
        transform: ArgumentReading.quantity(in: .zero...FeedTimes.day))
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
        transform: ArgumentReading.quantity(in: .zero...FeedTimes.day))
    var restartAfter: Duration?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Time without a port in a restart.", visibility: .hidden),
        transform: ArgumentReading.quantity(in: .zero...FeedTimes.day))
    var restartDown = Duration.seconds(1)

    @Flag(help: ArgumentHelp("Lose the history in a restart.", visibility: .hidden))
    var restartForgets = false

    /// A sentence per option that the chosen feed does not use.
    var unused: [String] {
        let isShared = if case .redis = feed { true } else { false }
        let duration =
            feedDuration == nil || !isShared
            ? [] : ["--feed-duration has no effect with --feed \(feed.text), whose writer ends it"]
        return items.unused(by: feed) { "--feed \($0)" } + duration
    }

    var restart: RestartPlan? {
        restartAfter.map { RestartPlan(after: $0, down: restartDown, keepsHistory: !restartForgets) }
    }

    /// - Throws: ``FileFault`` or ``RecordingFault``, which name the file; ``StreamFault``.
    func input() throws -> FeedServerConfiguration.FeedInput { try items.input(from: feed) }
}
