import Foundation
import Host
import LoadGenerator
import Measurement
import Subprocess
import SystemPackage
import Transports

/// A third-party server that the lab starts for each case, with a feeder that publishes the case's items.
struct PeerServer: ServerUnderTest {
    let program: PeerProgram
    /// The name of the transport; the program has a dialect for it.
    let transport: String
    /// The command line of the feeder, without the place where the items go.
    let feeder: [String]
    let clients: Int
    var times = PeerTimes()
    /// Makes the value of the markers of one start.
    var makeID: @Sendable () -> String = { UUID().uuidString }

    // In the environment of the server's processes, and of the feeder's.
    static let marker = "PUSHLAB_PEER"
    static let feederMarker = "PUSHLAB_FEEDER"

    // Files of the server itself.
    private static let ownDescriptors = 1_024

    /// - Throws: Also `NoFreePort`, `FileFault` and `PinningFault`.
    func whileRunning<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        do {
            return try await start(body)
        } catch let fault as PeerFault {
            throw CaseFault.peer(name: program.name, fault)
        }
    }

    private func start<Value: Sendable>(
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        let version = try await PeerWorkshop(program: program, times: times).prepare()
        let id = makeID()
        let ports = try ReservedPorts(count: program.ports)
        let scratch = try makeScratch(id)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let markers = [Self.marker, Self.feederMarker].map { ProcessMarker(name: $0, value: id) }
        let group = ControlGroup.make(named: "pushlab-peer-\(id)")
        let launch = Launch(
            version: version, ports: ports, marker: markers[0], feederMarker: markers[1], group: group,
            scratch: scratch)
        do {
            let watchdog = PeerWatchdog(markers: markers, group: group?.folder, scratch: scratch)
            let value = try await watchdog.whileWatching {
                try await run(launch, body)
            }
            await group?.removeWhenEmpty(within: times.killing)
            return value
        } catch {
            await group?.removeWhenEmpty(within: times.killing)
            throw error
        }
    }

    private func makeScratch(_ id: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pushlab-peer-\(id)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return folder.path
    }

    /// What belongs to one start of the server.
    private struct Launch: Sendable {
        let version: String
        let ports: ReservedPorts
        let marker: ProcessMarker
        let feederMarker: ProcessMarker
        let group: ControlGroup?
        /// The folder for temporary files.
        let scratch: String
    }

    private func run<Value: Sendable>(
        _ launch: Launch, _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        let places = PeerPlaces(program: program, ports: launch.ports.numbers)
        let held = HeldProgram(
            command: try places.command(program.start), descriptors: clients * 2 + Self.ownDescriptors)
        let pipe = try ItemPipe()
        let output = PeerOutput(program.ready)
        let outcome = try await Subprocess.run(
            .path("/bin/sh"), arguments: held.arguments,
            environment: HeldProgram.environment(places.environment(launch.marker, scratch: launch.scratch)),
            workingDirectory: FilePath(program.folder), platformOptions: Self.options,
            input: .fileDescriptor(pipe.readEnd, closeAfterSpawningProcess: false), output: .sequence, error: .sequence
        ) { execution -> (result: Result<Value, any Error>, ending: PeerEnding.Outcome) in
            let readers = [
                Task { await output.read(execution.standardOutput, isError: false) },
                Task { await output.read(execution.standardError, isError: true) },
            ]
            let root = execution.processIdentifier.value
            let group = launch.group.flatMap { $0.add(root) ? $0 : nil }
            let processes = ProgramProcesses(root: root, marker: launch.marker, group: group)
            let result: Result<Value, any Error>
            do {
                try await letGo(processes, launch, pipe, output)
                result = .success(try await feed(processes, launch, pipe, body))
            } catch {
                result = .failure(Self.reason(error, hasEnded: ProcessWatch.hasEnded(root)))
            }
            let ending = await PeerEnding.end(processes, input: pipe, within: times)
            for reader in readers { await reader.value }
            return (result, ending)
        }
        let (result, ending) = outcome.closureResult
        return try value(result, ending, outcome.terminationStatus, output.complaint)
    }

    /// The end of the server explains other failures, such as that of its feeder.
    private static func reason(_ error: any Error, hasEnded: Bool) -> any Error {
        if !hasEnded || error is PeerFault || error is CancellationError { return error }
        return PeerFault.ended(how: "", complaint: "")
    }

    // After Ctrl-C the server gets SIGTERM at once. The steps of `PeerEnding` follow, so SIGKILL is left to them.
    private static var options: PlatformOptions {
        var options = ChildProcess.options
        options.teardownSequence = ChildProcess.ending(within: .seconds(60))
        return options
    }

    /// Starts the server, which waits, and waits until it is ready.
    private func letGo(
        _ processes: ProgramProcesses, _ launch: Launch, _ pipe: ItemPipe, _ output: PeerOutput
    ) async throws {
        try HeldProgram.pin(processes.root)
        launch.ports.release()
        try pipe.write(HeldProgram.signal)
        pipe.closeReading()
        let port = launch.ports.numbers[0]
        let readiness = PeerReadiness(rule: program.ready, port: port, timeout: times.start)
        let deadline = MonotonicClock.now() + times.start
        while true {
            var sight = PeerReadiness.Sight()
            sight.isLate = MonotonicClock.now() >= deadline
            sight.hasEnded = ProcessWatch.hasEnded(processes.root)
            sight.hasLine = output.matchingLine != nil
            sight.isPortTaken = ListeningSocket.exists(on: port)
            // Reading the files of all processes takes CPU time, which the server needs now.
            if sight.isPortTaken || sight.isLate { sight.sockets = ListeningSocket.held(by: processes.running()) }
            switch readiness.step(sight) {
            case .wait: try await Task.sleep(for: .milliseconds(20))
            case .ready: return
            case .failed(let fault): throw fault
            }
        }
    }

    /// Runs the feeder and the case.
    private func feed<Value: Sendable>(
        _ processes: ProgramProcesses, _ launch: Launch, _ pipe: ItemPipe,
        _ body: @escaping @Sendable (any RunningServer) async throws -> Value
    ) async throws -> Value {
        let places = PeerPlaces(program: program, ports: launch.ports.numbers)
        let process = FeederProcess(command: feeder + route(places), marker: launch.feederMarker)
        let output = program.items == .standardInput ? pipe.writeEnd : nil
        let root = processes.root
        return try await process.whileRunning(to: output) { running in
            let server = RunningPeer(
                endpoint: endpoint(launch, root: root, feeder: running.status), processes: processes)
            let result = await ProcessRace.run(against: [root, running.pid]) { ended -> any Error in
                if ended == root { return PeerFault.ended(how: "", complaint: "") }
                return CaseFault.feederDied(how: "", complaint: "")
            } body: {
                try await body(server)
            }
            return try result.get()
        }
    }

    private func endpoint(_ launch: Launch, root: Int32, feeder: LoadTarget) -> ServerEndpoint {
        guard let dialect = program.dialects[transport] else {
            preconditionFailure("\(program.name) has no transport \(transport)")
        }
        return ServerEndpoint(
            target: LoadTarget(port: launch.ports.numbers[0]), processes: [root], isFresh: true, reportsStatus: true,
            feedStatus: feeder, dialect: dialect, peer: PeerIdentity(name: program.name, version: launch.version))
    }

    /// Where the feeder sends the items.
    private func route(_ places: PeerPlaces) -> [String] {
        switch program.items {
        case .standardInput: ["--to", "-"]
        case .post(let url, let type): ["--to", places.expanded(url)] + (type.map { ["--type", $0] } ?? [])
        case .redis(let url): ["--to", places.expanded(url)]
        }
    }

    /// The value of the case, unless the server failed: then the reason has its exit status and its last line.
    private func value<Value>(
        _ result: Result<Value, any Error>, _ ending: PeerEnding.Outcome, _ status: TerminationStatus,
        _ complaint: String
    ) throws -> Value {
        if case .unkillable(let processes) = ending { throw PeerFault.unkillable(processes) }
        switch result {
        case .failure(PeerFault.endedBeforeReady):
            throw PeerFault.endedBeforeReady(how: status.text, complaint: complaint)
        case .failure(PeerFault.ended): throw PeerFault.ended(how: status.text, complaint: complaint)
        case .failure(let error as CancellationError): throw error
        case .failure(let error) where ending == .killed:
            let before = (error as? PeerFault)?.sentence(about: program.name) ?? "\(error)"
            throw PeerFault.stuck(timeout: times.ending, before: before)
        case .success where ending == .killed: throw PeerFault.stuck(timeout: times.ending, before: nil)
        case .failure, .success: return try result.get()
        }
    }
}
