import ArgumentParser
import Arguments
import Measurement

/// How much memory the server may use for what comes from and goes to its clients.
struct MemoryOptions: ParsableArguments {
    @Option(help: "Items kept for clients that come back, 1 to 1000000.")
    var history = 4_096

    @Option(
        help: """
            Memory for the kept items, 1MiB to 1TiB; the oldest are dropped first, the newest is always kept. \
            (default: 256MiB)
            """, transform: ArgumentReading.quantity)
    var historyBytes = ByteCount(bytes: 256 << 20)

    @Option(
        help: """
            Memory for WebSocket messages and echoed bodies that are not complete yet, all connections together, 1MiB \
            to 1TiB. A client that needs more is closed with 1009, or answered 503. (default: 256MiB)
            """, transform: ArgumentReading.quantity)
    var messageMemory = ByteCount(bytes: 256 << 20)

    @Option(
        help: """
            Time from the first byte of a WebSocket message to its last, 100ms to 1h; a client that takes a second \
            longer is closed \
            with 1008. (default: 30s)
            """, transform: ArgumentReading.quantity)
    var messageTimeout = Duration.seconds(30)

    @Option(
        help: """
            Memory for what WebSocket compression keeps between messages, all connections together, 0B to 1TiB; about \
            300KiB each. Beyond it each message is compressed on its own, and not at all on /echo. (default: 512MiB)
            """, transform: ArgumentReading.quantity)
    var deflateMemory = ByteCount(bytes: 512 << 20)

    func validate() throws {
        try require((1...1_000_000).contains(history), "--history is \(history); allowed 1 to 1000000")
        let sizes = ByteCount(bytes: 1 << 20)...ByteCount(bytes: 1 << 40)
        try require(
            sizes.contains(historyBytes), "--history-bytes is \(historyBytes.spokenText); allowed 1 MiB to 1 TiB")
        try require(
            sizes.contains(messageMemory), "--message-memory is \(messageMemory.spokenText); allowed 1 MiB to 1 TiB")
        let times = Duration.milliseconds(100)...Duration.seconds(3_600)
        try require(
            times.contains(messageTimeout), "--message-timeout is \(messageTimeout.quantityText); allowed 100ms to 1h")
        try require(
            deflateMemory.bytes <= 1 << 40, "--deflate-memory is \(deflateMemory.spokenText); allowed 0 B to 1 TiB")
    }
}

extension ParsableArguments {
    /// - Throws: `ValidationError` with the sentence unless the condition holds.
    func require(_ condition: Bool, _ sentence: String) throws {
        if !condition { throw ValidationError(sentence) }
    }
}
