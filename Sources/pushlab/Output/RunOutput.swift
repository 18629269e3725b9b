import ArgumentParser
import Arguments
import Foundation
import Host
import Lab
import ResultFiles

/// What a command that measures prints, and where.
struct RunOutput: ParsableArguments {
    @Flag(help: "Print errors only; with --format json also the object.")
    var quiet = false

    @OptionGroup var format: FormatOption
    @OptionGroup var junit: JUnitOption

    @Option(
        help: ArgumentHelp(
            """
            Form of the progress on standard error: text, or json for programs, one line per event. \
            Results/README.md explains the events.
            """, valueName: "format"),
        transform: ArgumentReading.choice)
    var progress = OutputFormat.text

    func makeProgress() -> any RunProgress {
        if progress == .json { return JSONProgress() }
        if quiet { return NoProgress() }
        return isatty(STDERR_FILENO) == 1 ? BarProgress() : PlainProgress()
    }
}
