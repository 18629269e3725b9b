import Foundation
import Glibc
import ResultFiles
import Testing

@Suite("Runs that do not measure the transport are invalid, with the reason in the row", .serialized)
struct RejectedRunTests {
    @Test("items are published late")
    func latePublisher() throws {
        let row = try run(transport: "websocket", clients: 1, rate: "200/s", "--fault-publish-delay", "3ms")
        #expect(row.valid == false)
        #expect(row.invalidReason?.contains("items were published late although the server was not busy") == true)
        #expect(try #require(row.publisherLagP99Microseconds) >= 3_000)
        let received = try #require(row.publishedToReceivedP50Microseconds)
        #expect(try #require(row.latencyP50Microseconds) >= received + 3_000)
    }

    @Test("polls begin late")
    func latePolls() throws {
        let row = try run(
            transport: "short-poll, interval: 20ms", clients: 5, rate: "20/s", "--fault-poll-delay", "2ms")
        #expect(row.valid == false)
        #expect(row.invalidReason?.contains("polls began late although the load generator was not busy") == true)
        #expect(try #require(row.scheduleLagP99Microseconds) >= 2_000)
    }

    @Test("the load generator is the bottleneck")
    func busyLoadGenerator() throws {
        // If other programs use the same CPU, the load process cannot use 0.9 of it. So this test tries three times.
        for _ in 0..<3 {
            let row = try run(transport: "websocket", clients: 5, rate: "200/s", "--fault-receive-delay", "2ms")
            guard let ratio = row.loadCPURatio, ratio > 0.9 else { continue }
            #expect(row.valid == false)
            #expect(row.invalidReason?.contains("the load generator was the bottleneck") == true)
            return
        }
        print("NOT RUN: other programs use the CPU of the load generator")
    }

    @Test("the kernel drops connections")
    func kernelDrops() throws {
        let script = "ip link set lo up && echo 1 > /proc/sys/net/core/somaxconn"
        let trial = try Tool.shell("unshare -rn bash -c '\(script)'")
        guard trial.code == 0 else {
            print("NOT RUN: this test needs permission to create a network namespace: \(trial.complaint)")
            return
        }
        let scratch = try Scratch()
        let scenario = try scratch.write("small.yaml", scenario(transport: "websocket", clients: 20, rate: "20/s"))
        let run = try Tool.Running(
            "/usr/bin/env",
            ["unshare", "-rn", "bash", "-c", script + "; exec \"$@\"", "bash", Tool.path("pushlab"), "run", scenario]
                + ["--out", scratch.path("out"), "--quiet"], folder: nil)
        let lab = run.process.processIdentifier
        let server = try #require(child("pushlab-server", of: lab))
        // The clients connect while the server is stopped: the accept queue is full after the first two. They start
        // 0.1 s after the lab has asked the server for its status; until then there is only a listening socket.
        #expect(sawStatusRequest(of: server))
        kill(server, SIGSTOP)
        usleep(400_000)
        kill(server, SIGCONT)
        #expect(run.wait().code == 1)
        let row = try onlyRow(scratch)
        #expect(row.valid == false)
        #expect(try #require(row.kernelDrops) > 0)
        #expect(row.invalidReason?.contains("dropped connections or packets (queue full): ListenDrops") == true)
    }

    private func run(transport: String, clients: Int, rate: String, _ faults: String...) throws -> SummaryRow {
        let scratch = try Scratch()
        let scenario = try scratch.write(
            "small.yaml", scenario(transport: transport, clients: clients, rate: rate))
        // Highest priority, if that is allowed: other tests run at the same time.
        let ending = try Tool.Running(
            "/usr/bin/env",
            ["nice", "-n", "-19", Tool.path("pushlab"), "run", scenario, "--out", scratch.path("out"), "--quiet"]
                + faults, folder: nil
        ).wait()
        let row = try onlyRow(scratch)
        #expect(ending.code == (row.valid == true ? 0 : 1))
        return row
    }

    private func onlyRow(_ scratch: borrowing Scratch) throws -> SummaryRow {
        let text = scratch.read("out/summary.csv") ?? ""
        return try #require(try SummaryRow.table.rows(from: text, file: "summary.csv").first)
    }

    private func child(_ name: String, of parent: Int32) -> Int32? {
        for _ in 0..<2_000 {
            if let child = Tool.children(of: parent, named: name).first { return child }
            usleep(5_000)
        }
        return nil
    }

    /// Waits for the end of the first connection to the port of a process, the only one that listens in its namespace.
    private func sawStatusRequest(of process: Int32) -> Bool {
        for _ in 0..<10_000 {
            let table = (try? String(contentsOfFile: "/proc/\(process)/net/tcp", encoding: .utf8)) ?? ""
            // Number, local and remote address, state: 0A is a listening socket, 06 TIME_WAIT.
            let rows = table.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
            let port = rows.first { $0[3] == "0A" }?[1].suffix(5)
            if let port, rows.contains(where: { $0[3] == "06" && $0[2].hasSuffix(port) }) { return true }
            usleep(1_000)
        }
        return false
    }

    private func scenario(transport: String, clients: Int, rate: String) -> String {
        """
        name: small
        question: Is it rejected?
        feeds:
          - {source: synthetic, rate: \(rate), payload: 64B}
        clients: \(clients)
        transports:
          - {use: \(transport)}
        warmup: 0s
        duration: 1s

        """
    }
}
