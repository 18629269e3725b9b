import ArgumentParser
import Arguments
import Dissection
import Host
import WebSocketProtocol
import WireAccounting

struct ExplainFramesCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "frames",
        abstract: "Explains WebSocket frames bit by bit: lengths, masks, payload before and after unmasking, inflated.",
        discussion: """
            Exit code 0 without a mistake in the frames, 1 with one.
            """)

    enum Sender: String, CaseIterable { case client, server, any }
    enum Compression: String, CaseIterable { case deflate, none }

    @Argument(
        help: """
            Bytes in hexadecimal, such as '81 05 48 65 6c 6c 6f', or the name of a file, or - for standard input.
            """)
    var input: String

    @Option(
        help: ArgumentHelp("Sender of the frames: client, server or any. Clients must mask.", valueName: "sender"),
        transform: ArgumentReading.choice)
    var from = Sender.any

    @Option(
        help: ArgumentHelp("Agreed extension: deflate (permessage-deflate) or none.", valueName: "extension"),
        transform: ArgumentReading.choice)
    var compression = Compression.deflate

    @OptionGroup var format: ExplainFormat

    static let example = ExplainCommand.example

    func run() async throws {
        let context = FrameExplanation.Context(
            direction: from == .any ? nil : from == .client ? .up : .down,
            deflate: compression == .deflate ? .init() : nil)
        let explanation = try ExplainInput.explained(isPlace ? input : "frames") {
            try FrameExplanation.explain(try bytes(), context)
        }
        try format.conclude(explanation)
    }

    /// Whether the input is the name of a file or folder, or `-`.
    private var isPlace: Bool { input == "-" || PathKind(input) != .missing }

    private func bytes() throws -> [UInt8] {
        if isPlace { return try HexText.bytes(ofFile: try ExplainInput.bytes(input)) }
        do {
            return try HexText.bytes(of: input)
        } catch {
            // A name with a mistake is more likely than digits with a full stop or a slash.
            let isName = input.contains { ["/", "."].contains($0) }
            throw isName ? FileFault.missing(input) as any Error : error
        }
    }
}
