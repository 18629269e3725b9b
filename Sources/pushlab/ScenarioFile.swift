import Arguments
import Host
import Scenario

/// A scenario read from a file, with the command line's changes.
struct ScenarioFile {
    let text: String
    let scenario: Scenario

    /// - Throws: ``Failure`` with exit code 2: a line for each mistake, with file and line.
    init(_ path: String, overrides: [String]) throws {
        do {
            let bytes = try TextFile.readBytes(path)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Failure("\(path): the file is not UTF-8 text", code: .usage)
            }
            self.text = text
            scenario = try Scenario(text: text, file: path, overrides: overrides)
        } catch let fault as FileFault {
            throw Failure("\(fault)", code: .usage)
        } catch let errors as ScenarioErrors {
            throw Failure("\(errors)", code: .usage)
        }
    }
}
