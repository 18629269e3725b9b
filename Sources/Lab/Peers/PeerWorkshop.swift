import Codecs
import Foundation
import Host
import Measurement
import Subprocess
import SystemPackage

/// Prepares a third-party server before it starts: checks that it is installed, reads its version, and builds it if its
/// sources have changed.
struct PeerWorkshop: Sendable {
    let program: PeerProgram
    var times = PeerTimes()

    private static let longestVersion = 200
    private static let stampFile = ".pushlab-built"

    private var places: PeerPlaces { PeerPlaces(program: program) }

    /// - Returns: The version.
    /// - Throws: ``PeerFault``, `FileFault` if the build folder cannot be made, or `CancellationError`.
    func prepare() async throws -> String {
        try places.checkInstalled()
        let version = try await version()
        if let build = program.build { try await self.build(build, version: version) }
        // The program may be what the build makes.
        _ = try places.command(program.start)
        return version
    }

    private func version() async throws -> String {
        let ending = try await run(places.command(program.version), within: times.version)
        let text = Self.version(in: ending.output)
        guard ending.isSuccess, let text else {
            throw PeerFault.withoutVersion(
                how: ending.text, complaint: Self.complaint(in: ending.output), installation: program.installation)
        }
        return text
    }

    /// The first line with a printable character, at most 200 characters of it.
    static func version(in output: String) -> String? {
        let lines = output.split(whereSeparator: \.isNewline).map { String($0).printableText }
        return lines.first { !$0.isEmpty }.map { String($0.prefix(longestVersion)) }
    }

    /// The first line that names an error; without one, the first line. Compilers begin with a title such as
    /// `# command-line-arguments`, and end with the number of errors.
    static func complaint(in output: String) -> String {
        let lines = output.split(whereSeparator: \.isNewline).map { String($0).printableText }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
        return (lines.first { $0.lowercased().contains("error") } ?? lines.first) ?? ""
    }

    // MARK: Building

    private func build(_ words: [String], version: String) async throws {
        try AtomicFile.makeFolders(program.buildFolder)
        let lock = try await lockFolder()
        defer { withExtendedLifetime(lock) {} }
        let stamp = "\(program.buildFolder)/\(Self.stampFile)"
        let digest = try Self.digest(of: sources(), command: words, version: version)
        if TextFile.read(stamp) == digest { return }
        let ending = try await run(places.command(words), within: times.build)
        guard ending.isSuccess else {
            throw PeerFault.notBuilt(how: ending.text, complaint: Self.complaint(in: ending.output))
        }
        try AtomicFile.write(digest, to: stamp)
    }

    /// Waits while another run builds.
    private func lockFolder() async throws -> FolderLock {
        let deadline = MonotonicClock.now() + times.build
        while true {
            if let lock = try FolderLock.take(program.buildFolder) { return lock }
            if MonotonicClock.now() >= deadline {
                throw PeerFault.notBuilt(
                    how: "not begun", complaint: "another run has locked \(program.buildFolder)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The files of the server's folder, by their paths in it.
    private func sources() throws -> [String: [UInt8]] {
        var sources: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: program.folder) {
            let file = "\(program.folder)/\(path)"
            if PathKind.isRegular(file) { sources[path] = try TextFile.readBytes(file) }
        }
        return sources
    }

    /// Identifies what a build is made from. The version is a part of it, because a package that was upgraded needs
    /// another build.
    static func digest(of sources: [String: [UInt8]], command: [String], version: String) -> String {
        var lines = [version] + command
        for (path, bytes) in sources.sorted(by: { $0.key < $1.key }) {
            lines += [path, SHA256.hexDigest(of: bytes)]
        }
        return SHA256.hexDigest(of: lines.joined(separator: "\0"))
    }

    // MARK: Running commands

    /// How a command ended.
    private struct Ending: Sendable {
        let isSuccess: Bool
        /// `exit code 1`.
        let text: String
        /// Standard output and standard error: some servers print their version to the latter.
        let output: String
    }

    private func run(_ command: [String], within timeout: Duration) async throws -> Ending {
        let ending = try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask { try await run(command) }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        try Task.checkCancellation()
        return ending
            ?? Ending(isSuccess: false, text: "it did not end within \(timeout.spokenText)", output: "")
    }

    private func run(_ command: [String]) async throws -> Ending {
        guard let path = command.first else { preconditionFailure("a command has a program") }
        let outcome = try await Subprocess.run(
            .path(FilePath(path)), arguments: .init(Array(command.dropFirst())),
            environment: HeldProgram.environment(places.environment()),
            workingDirectory: FilePath(program.folder), platformOptions: ChildProcess.options,
            output: .string(limit: 16 << 20), error: .combinedWithOutput)
        return Ending(
            isSuccess: outcome.terminationStatus.isSuccess, text: outcome.terminationStatus.text,
            output: outcome.standardOutput)
    }
}
