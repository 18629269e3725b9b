import ArgumentParser
import Arguments
import Measurement

/// How much memory the server may use for data from and to its clients.
struct MemoryOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Items kept for clients that reconnect or fall behind, 1 to 1000000. (default: 4096)", valueName: "n"),
        transform: ArgumentReading.number(in: 1...1_000_000))
    var history = 4_096

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Memory for the kept items, 1MiB to 1024GiB. The oldest are dropped first; the newest is always kept. \
            (default: 256MiB)
            """, valueName: "size"),
        transform: ArgumentReading.quantity(in: Self.sizes))
    var historyBytes = ByteCount(bytes: 256 << 20)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Memory for incomplete WebSocket messages and echo bodies of all connections together, 1MiB to 1024GiB. \
            Beyond it, a WebSocket is closed with 1009 and a body answered 503. (default: 256MiB)
            """, valueName: "size"),
        transform: ArgumentReading.quantity(in: Self.sizes))
    var messageMemory = ByteCount(bytes: 256 << 20)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Longest time from a WebSocket message's first byte to its last, 100ms to 1h. One second later the \
            connection is closed with 1008. (default: 30s)
            """, valueName: "time"),
        transform: ArgumentReading.quantity(in: .milliseconds(100)...Duration.seconds(3_600)))
    var messageTimeout = Duration.seconds(30)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            """
            Memory for compression contexts of all WebSockets together, 0B to 1024GiB; about 300KiB each. Beyond it, \
            /ws compresses each message on its own and /echo does not compress. (default: 512MiB)
            """, valueName: "size"),
        transform: ArgumentReading.quantity(in: ByteCount(bytes: 0)...ByteCount(bytes: 1 << 40)))
    var deflateMemory = ByteCount(bytes: 512 << 20)

    private static let sizes = ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 40)
}

extension ParsableArguments {
    /// - Throws: `ValidationError` with the sentence if the condition does not hold.
    func require(_ condition: Bool, _ sentence: String) throws {
        if !condition { throw ValidationError(sentence) }
    }
}
