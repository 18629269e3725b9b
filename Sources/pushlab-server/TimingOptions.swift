import ArgumentParser
import Arguments
import Measurement
import Transports

/// How long the server holds polls and tolerates silence.
struct TimingOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Hold time of long polls that give none, 1ms to 120s. (default: 25s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(1)...FeedRequest.maximumHold))
    var hold = Duration.seconds(25)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Send an SSE keep-alive comment after this much silence, or up to twice as much, 1ms to 1h. (default: 15s)",
            valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(1)...Self.hour))
    var keepAlive = Duration.seconds(15)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Delay before browsers reconnect to an SSE stream, 1ms to 1h. (default: 1s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(1)...Self.hour))
    var retry = Duration.seconds(1)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Ping a WebSocket after this much silence, 100ms to 1h; 0s for never. (default: 30s)", valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(100)...Self.hour, or: .zero))
    var pingInterval = Duration.seconds(30)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Drop a WebSocket that sends nothing for this long after a Ping, 100ms to 1h. (default: 20s)",
            valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(100)...Self.hour))
    var pingTimeout = Duration.seconds(20)

    private static let hour = Duration.seconds(3_600)
}
