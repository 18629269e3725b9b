import ArgumentParser
import Arguments
import Dissection
import Host
import Lab

struct ExplainCaptureCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "capture",
        abstract: "Counts the bytes of a packet capture by layer, for each TCP connection and each transport.",
        discussion: """
            Reads pcapng and pcap. HTTP/1.1, HTTP/2, WebSocket and raw TCP are read completely, TLS only by its record \
            headers. The content of TLS is read too if tshark is installed and the capture contains the secrets of the \
            connections; captures of 'pushlab run --capture' contain them.
            """)

    @Argument(
        help: "The capture: FILE.pcapng, FILE.pcap, or - for standard input, without decryption.",
        completion: .file(extensions: ["pcapng", "pcap"]))
    var file: String

    @Option(
        help: ArgumentHelp(
            "Secrets of TLS connections, as SSLKEYLOGFILE of browsers and curl (default: those in the capture).",
            valueName: "file"))
    var keys: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Show the last messages of each connection, 0 to 64.", valueName: "n"),
        transform: ArgumentReading.number(in: 0...DissectionLimits.mostMessages))
    var messages = 0

    @OptionGroup var format: ExplainFormat

    static let example = "pushlab explain capture capture.pcapng"

    func run() async throws {
        if let keys { try ExplainInput.check(keys) }
        let limits = DissectionLimits(messages: messages, inflates: true)
        var dissection = try ExplainInput.explained(file) { try read(limits) }
        // tshark needs a file.
        if file != "-" {
            let decryption = CaptureDecryption(file: file, keyLog: keys)
            if let sentence = await decryption.decrypt(&dissection, limits: limits) { Complaint.show(sentence) }
        }
        let explanation = CaptureExplanation(dissection)
        try format.show(explanation) {
            CaptureText.render(explanation, colours: format.colours, columns: format.columns)
        }
    }

    /// Reads the file piece by piece: captures can be larger than the memory.
    private func read(_ limits: DissectionLimits) throws -> CaptureDissection {
        var dissection = CaptureDissection(limits: limits)
        var reader = CaptureReader()
        var pieces = try FilePieces(ExplainInput.path(of: file), pieceBytes: 1 << 20)
        while let piece = try pieces.next() { try reader.take(piece) { dissection.take($0) } }
        try reader.finish()
        dissection.finish(comments: reader.comments, isCut: reader.isCut)
        return dissection
    }
}
