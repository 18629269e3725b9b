import ArgumentParser
import Arguments
import Measurement

/// How much memory the server may use for data from and to its clients.
struct MemoryOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Items kept for clients that reconnect or fall behind, 1 to 1000000. (default: 4096)",
        transform: ArgumentReading.number(in: 1...1_000_000))
    var history = 4_096

    @Option(
        help: """
            Memory for the kept items, 1MiB to 1TiB. The oldest are dropped first; the newest is always kept. \
            (default: 256MiB)
            """, transform: ArgumentReading.quantity)
    var historyBytes = ByteCount(bytes: 256 << 20)

    @Option(
        help: """
            Memory for incomplete WebSocket messages and echo bodies of all connections together, 1MiB to 1TiB. \
            Beyond it, a WebSocket is closed with 1009 and a body answered 503. (default: 256MiB)
            """, transform: ArgumentReading.quantity)
    var messageMemory = ByteCount(bytes: 256 << 20)

    @Option(
        help: """
            Longest time from a WebSocket message's first byte to its last, 100ms to 1h. One second later the \
            connection is closed with 1008. (default: 30s)
            """, transform: ArgumentReading.quantity)
    var messageTimeout = Duration.seconds(30)

    @Option(
        help: """
            Memory for compression contexts of all WebSockets together, 0B to 1TiB; about 300KiB each. Beyond it, \
            /ws compresses each message on its own and /echo does not compress. (default: 512MiB)
            """, transform: ArgumentReading.quantity)
    var deflateMemory = ByteCount(bytes: 512 << 20)

    func validate() throws {
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
    /// - Throws: `ValidationError` with the sentence if the condition does not hold.
    func require(_ condition: Bool, _ sentence: String) throws {
        if !condition { throw ValidationError(sentence) }
    }
}
