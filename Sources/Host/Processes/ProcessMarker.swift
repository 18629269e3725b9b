/// A variable in the environment of a program, which all processes inherit that it starts: they are found by it, even
/// if they have left its process tree.
package struct ProcessMarker: Hashable, Sendable {
    package let name: String
    package let value: String

    /// - Parameters:
    ///   - name: The name of the variable.
    ///   - value: Different for each program that is started.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Whether an environment, the content of `/proc/PID/environ`, has the variable with this value.
    func isIn(_ environment: [UInt8]) -> Bool {
        let wanted = "\(name)=\(value)".utf8
        return environment.split(separator: 0).contains { $0.elementsEqual(wanted) }
    }

    /// The processes that have the variable and still run. Processes of other users are not found, and neither are
    /// those that overwrite their environment.
    package func processes() -> [Int32] {
        ProcessFolder.processes().filter { pid in
            // A process that has ended has no environment.
            guard let environment = try? TextFile.readBytes("/proc/\(pid)/environ") else { return false }
            return isIn(environment)
        }
    }
}
