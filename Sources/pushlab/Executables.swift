import Arguments
import Foundation
import Lab

/// Finds the programs that a run starts: this one, and the server beside it.
enum Executables {
    /// This program's path, links resolved.
    static func own() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }

    static func find() throws -> Experiment.Executables {
        let own = try own()
        let server = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("pushlab-server").path
        guard FileManager.default.isExecutableFile(atPath: server) else {
            throw Failure("\(server) is missing; install or build both programs in the same folder")
        }
        return Experiment.Executables(server: server, pushlab: own)
    }
}
