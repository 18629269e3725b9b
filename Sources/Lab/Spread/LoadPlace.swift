/// Where one load process runs, and the command that starts it there.
package struct LoadPlace: Sendable, Hashable {
    /// The name in sentences and in the manifest: `n1`, `n1, process 2`, `process 2`.
    package let name: String
    /// The command and its arguments.
    package let command: [String]
    /// Whether it is this machine, whose processors the server uses too.
    package let isHere: Bool
}
