import ArgumentParser
import Arguments
import Dissection
import Foundation
import Host
import ResultFiles

struct ExplainCommand: AsyncParsableCommand, CommandAdvice {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explains handshakes, frames, HTTP exchanges and captures byte by byte.",
        discussion: "Coloured by layer on a terminal, plain in a pipe; --format json for programs.",
        subcommands: [
            ExplainHandshakeCommand.self, ExplainFramesCommand.self, ExplainExchangeCommand.self,
            ExplainLiveCommand.self, ExplainCaptureCommand.self,
        ])

    static let example = "pushlab explain frames '81 85 37 fa 21 3d 7f 9f 4d 51 58'"
}

/// How the explanations are printed.
struct ExplainFormat: ParsableArguments {
    @Option(
        help: ArgumentHelp("Form of the output: text or json.", valueName: "format"),
        transform: ArgumentReading.choice)
    var format = OutputFormat.text

    /// Colours on a terminal only, unless NO_COLOR is set.
    var colours: Bool { isatty(STDOUT_FILENO) == 1 && Terminal.hasColours }

    /// The width of the terminal; `nil` in a pipe.
    var columns: Int? { Terminal.columns(of: STDOUT_FILENO) }

    func show(_ explanation: Explanation) throws {
        try show(explanation) { ExplanationText.render(explanation, colours: colours, columns: columns) }
    }

    /// Shows the explanation of an input.
    ///
    /// - Throws: `ExitCode` 1 if the input has mistakes.
    func conclude(_ explanation: Explanation) throws {
        try show(explanation)
        if !explanation.faults.isEmpty { throw ExitCode(Failure.Code.failed.rawValue) }
    }

    func show(_ value: some Encodable, text: () -> String) throws {
        switch format {
        case .text: print(text(), terminator: "")
        case .json: print(try VersionedJSON(value).text())
        }
    }
}

/// Reads what is to be explained.
enum ExplainInput {
    /// - Parameter place: Name of a file, or `-` for standard input.
    /// - Returns: Its contents.
    /// - Throws: `Failure` if it cannot be read, is too long, or is a capture.
    static func bytes(_ place: String) throws -> [UInt8] {
        try explained(place) {
            var pieces = try FilePieces(path(of: place))
            var contents: [UInt8] = []
            while let piece = try pieces.next(), contents.count <= ExplanationLimits.inputBytes { contents += piece }
            if CaptureReader.isCapture(contents) {
                throw Failure("\(name(of: place)) is a capture; read it with: pushlab explain capture \(place)")
            }
            if contents.count > ExplanationLimits.inputBytes {
                throw Failure(
                    "\(name(of: place)) is too long; at most \(ExplanationLimits.inputBytes) B are explained")
            }
            return contents
        }
    }

    /// - Throws: `Failure` if the file cannot be read.
    static func check(_ file: String) throws {
        try explained(file) {
            var pieces = try FilePieces(file)
            _ = try pieces.next()
        }
    }

    /// The result of `explain`.
    ///
    /// - Throws: `Failure`: for a file that cannot be read with exit code 2, otherwise the sentence with the place
    ///   before it.
    static func explained<Value>(_ place: String, _ explain: () throws -> Value) throws -> Value {
        do {
            return try explain()
        } catch let error as FileFault {
            let isPipe = place == "-" && error.path == path(of: place)
            throw Failure(isPipe ? "standard input is closed, or cannot be read" : "\(error)", code: .usage)
        } catch let error as Failure {
            throw error
        } catch {
            throw Failure("\(name(of: place)): \(error)")
        }
    }

    /// The file to open.
    static func path(of place: String) -> String { place == "-" ? "/dev/stdin" : place }

    private static func name(of place: String) -> String { place == "-" ? "standard input" : place }
}
