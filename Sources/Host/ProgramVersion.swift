/// The version of both programs; `--version` prints it after the name of the program.
package enum ProgramVersion {
    package static let current = "0.1.0"
}
