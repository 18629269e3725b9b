import Foundation
import Glibc

/// Runs the built programs.
enum Tool {
    /// Exit code, standard output and standard error of a program.
    struct Ending: Sendable {
        let code: Int32
        let output: String
        let complaint: String

        /// Whether a pause of the machine made the result invalid. `pushlab run` measures again then, `load` does not.
        var isDisturbed: Bool {
            let reasons = [" was not busy: ", " stood still for ", " read its counters ", " network was late: "]
            return code == 1 && reasons.contains(where: complaint.contains)
        }
    }

    // Measures up to three times while pauses of the machine make the result invalid. Removes the folders `out` before
    // each repeat.
    static func undisturbed(_ out: String..., measure: () throws -> [Ending]) throws -> [Ending] {
        for _ in 1...2 {
            let endings = try measure()
            guard endings.contains(where: \.isDisturbed) else { return endings }
            for folder in out { try? FileManager.default.removeItem(atPath: folder) }
        }
        return try measure()
    }

    /// A program that is still running.
    final class Running {
        let process = Process()
        private let output = Outlet()
        private let complaint = Outlet()

        init(_ executable: String, _ arguments: [String], folder: URL?) throws {
            process.executableURL = URL(fileURLWithPath: executable)
            process.arguments = arguments
            process.currentDirectoryURL = folder
            process.standardOutput = output.pipe
            process.standardError = complaint.pipe
            process.standardInput = FileHandle.nullDevice
            try process.run()
            output.drain()
            complaint.drain()
        }

        /// Waits for the first line of standard output.
        var firstLine: String { output.nextLine() }

        /// Waits for the first line of standard error.
        var firstComplaint: String { complaint.nextLine() }

        func signal(_ number: Int32) { kill(process.processIdentifier, number) }

        /// Waits for the end of the program.
        ///
        /// - Returns: All that it printed, without the lines that ``firstLine`` and ``firstComplaint`` have returned.
        func wait() -> Ending {
            process.waitUntilExit()
            let ending = Ending(code: process.terminationStatus, output: output.rest(), complaint: complaint.rest())
            // For Tests/clock.sh, which runs the suite again if nothing else failed.
            if ending.isDisturbed { FileHandle.standardError.write(Data("DISTURBED\n".utf8)) }
            return ending
        }
    }

    /// One output of a program, read while it runs: a pipe holds 64 KiB, and a program that prints more waits until
    /// somebody reads.
    ///
    /// `@unchecked Sendable` is safe because every access to the variables holds the condition's lock.
    private final class Outlet: @unchecked Sendable {
        let pipe = Pipe()
        // Guards the variables; signalled when one changes.
        private let condition = NSCondition()
        private var bytes = Data()
        private var taken = 0
        private var hasEnded = false

        /// Reads on another thread until the end.
        func drain() {
            Thread.detachNewThread {
                while true {
                    let piece = self.pipe.fileHandleForReading.availableData
                    if piece.isEmpty { break }
                    self.condition.withLock {
                        self.bytes += piece
                        self.condition.broadcast()
                    }
                }
                self.condition.withLock {
                    self.hasEnded = true
                    self.condition.broadcast()
                }
            }
        }

        func nextLine() -> String {
            condition.withLock {
                while true {
                    if let end = bytes[taken...].firstIndex(of: UInt8(ascii: "\n")) {
                        defer { taken = end + 1 }
                        return String(decoding: bytes[taken..<end], as: UTF8.self)
                    }
                    if hasEnded { return rest(of: bytes) }
                    condition.wait()
                }
            }
        }

        /// Waits for the end, and returns what no line was taken of.
        func rest() -> String {
            condition.withLock {
                while !hasEnded { condition.wait() }
                return rest(of: bytes)
            }
        }

        private func rest(of bytes: Data) -> String {
            defer { taken = bytes.count }
            return String(decoding: bytes[taken...], as: UTF8.self)
        }
    }

    static func pushlab(_ arguments: String..., folder: URL? = nil) throws -> Ending {
        try Running(path("pushlab"), arguments, folder: folder).wait()
    }

    static func server(_ arguments: String...) throws -> Ending {
        try Running(path("pushlab-server"), arguments, folder: nil).wait()
    }

    static func start(_ program: String, _ arguments: String..., folder: URL? = nil) throws -> Running {
        try Running(path(program), arguments, folder: folder)
    }

    static func shell(_ script: String, _ arguments: String...) throws -> Ending {
        try Running("/bin/bash", ["-c", script, "bash"] + arguments, folder: nil).wait()
    }

    /// The programs are in the same folder as the test program.
    static func path(_ name: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
    }

    /// Process IDs of the child processes of `parent` with this name.
    static func children(of parent: Int32, named name: String) -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap { Int32($0) }.filter { pid in
            guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return false }
            return status.contains("PPid:\t\(parent)\n") && status.hasPrefix("Name:\t\(name.prefix(15))\n")
        }
    }
}

/// A temporary folder for one test, removed when the test ends.
struct Scratch: ~Copyable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    func read(_ name: String) -> String? {
        try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }
}

/// A scenario with a short duration.
enum SmallScenario {
    static func text(clients: Int = 5, transports: [String] = ["websocket"], duration: String = "1s") -> String {
        """
        name: small
        question: Does it work?
        feeds:
          - {source: synthetic, rate: 20/s, payload: 64B}
        clients: \(clients)
        transports:
        \(transports.map { "  - {use: \($0)}" }.joined(separator: "\n"))
        warmup: 0s
        duration: \(duration)
        seed: 3

        """
    }
}
