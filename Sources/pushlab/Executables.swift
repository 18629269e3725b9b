import Arguments
import Foundation
import Lab

/// Finds the programs that a run starts: this one, and the server beside it.
enum Executables {
    static func find() throws -> Experiment.Executables {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let server = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("pushlab-server").path
        guard FileManager.default.isExecutableFile(atPath: server) else {
            throw Failure("\(server) is not there; build it with 'swift build -c release'")
        }
        return Experiment.Executables(server: server, pushlab: own)
    }
}
