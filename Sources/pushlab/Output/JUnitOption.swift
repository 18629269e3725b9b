import ArgumentParser
import Arguments
import Host
import Report

/// Results as a file for CI systems.
struct JUnitOption: ParsableArguments {
    @Option(
        name: .customLong("junit"),
        help: ArgumentHelp(
            "Also write the results as JUnit XML, for CI systems; replaces an earlier one.", valueName: "file"))
    var file: String?

    func validate() throws {
        guard let file else { return }
        do throws(OutputFileFault) {
            try OutputPath.checkFile(file, of: "--junit", replacing: [JUnitSuite.beginning])
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// Writes the file if the option is given.
    ///
    /// - Returns: What prevented it.
    func write(_ suite: @autoclosure () -> JUnitSuite) -> FileFault? {
        guard let file else { return nil }
        do throws(FileFault) {
            try AtomicFile.write(suite().xml, to: file)
            return nil
        } catch {
            return error
        }
    }
}
