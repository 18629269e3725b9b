import Arguments
import Host
import Lab
import Scenario

/// A scenario from a file or an installed one, with the changes of the command line.
struct ScenarioFile {
    let text: String
    let scenario: Scenario

    /// - Throws: ``Failure`` with exit code 2: one line per mistake, with file and line.
    init(_ name: String, overrides: [String]) throws {
        let installed = InstalledScenarios(program: try Executables.own())
        let found = installed.file(name)
        if found == nil, !name.contains("/"), !installed.names.isEmpty {
            let names = installed.names.joined(separator: ", ")
            throw Failure("\(name): no file and no installed scenario has this name; installed: \(names)", code: .usage)
        }
        let path = found ?? name
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
