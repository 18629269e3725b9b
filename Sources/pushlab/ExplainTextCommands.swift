import ArgumentParser
import Arguments
import Dissection

struct ExplainHandshakeCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "handshake",
        abstract: "Explains an opening handshake of WebSocket field by field, and says what is wrong with it.",
        discussion: """
            The input is the request, the response or both as text, of RFC 6455 or of a draft, or the output of \
            curl -v. Line ends may be LF.

            Exit code 0 without a mistake in the handshake, 1 with one.
            """)

    @Argument(help: "File with the handshake, or - for standard input.", completion: .file())
    var file: String

    @OptionGroup var format: ExplainFormat

    static let example = "pushlab explain handshake handshake.txt"

    func run() async throws {
        let bytes = try ExplainInput.bytes(file)
        let explanation = try ExplainInput.explained(file) {
            try HandshakeExplanation.explain(CurlTrace.messages(in: bytes))
        }
        try format.conclude(explanation)
    }
}

struct ExplainExchangeCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "exchange",
        abstract: "Shows the layer of every byte of HTTP/1.1 requests and responses.",
        discussion: """
            The input is text: a request with its response after it, and so on, or the output of curl -v. Line ends \
            may be LF.

            Exit code 0 without a mistake in the exchange, 1 with one.
            """)

    @Argument(help: "File with the exchange, or - for standard input.", completion: .file())
    var file: String

    @OptionGroup var format: ExplainFormat

    static let example = "pushlab explain exchange poll.txt"

    func run() async throws {
        let bytes = try ExplainInput.bytes(file)
        let explanation = try ExplainInput.explained(file) {
            try ExchangeExplanation.explain(CurlTrace.messages(in: bytes))
        }
        try format.conclude(explanation)
    }
}
