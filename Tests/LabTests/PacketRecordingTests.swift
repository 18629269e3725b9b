import Dissection
import Foundation
import Glibc
import Host
import Testing
import WireAccounting

@testable import Lab

@Suite("Recording packets")
struct PacketRecordingTests {
    @Test("every byte of a connection is in the file", arguments: ["dumpcap", "packet socket"])
    func records(name: String) async throws {
        let method: any PacketRecording = name == "dumpcap" ? Dumpcap() : PacketSocketRecording()
        guard (try? await PacketRecordings.find(among: [method])) != nil else {
            return print("NOT RUN: \(name) is not there or not permitted")
        }
        let file = NSTemporaryDirectory() + "pushlab-\(UUID().uuidString).pcapng"
        defer { unlink(file) }
        let listener = try EchoListener()
        let recorded = try await method.whileRecording(port: listener.port, to: file) {
            for _ in 0..<20 { try listener.exchange(bytes: 30_000) }
            try await Task.sleep(for: .milliseconds(300))
            return 7
        }
        #expect(recorded.value == 7 && recorded.droppedPackets == 0)
        let dissection = CaptureDissection(try PacketCapture(reading: try TextFile.readBytes(file)))
        #expect(dissection.streams.count == 20 && dissection.otherPackets == 0)
        for stream in dissection.streams {
            #expect(stream.server.port == listener.port && stream.lostBytes == 0 && stream.duplicateBytes == 0)
            #expect(stream.ledger.tcpPayloadBytes(.up) == 30_000 && stream.ledger.tcpPayloadBytes(.down) == 30_000)
        }
    }

    @Test("the first way that works is used")
    func first() async throws {
        let methods = [FakeRecording(name: "a", fault: "it is not installed"), FakeRecording(name: "b", fault: nil)]
        #expect(try await PacketRecordings.find(among: methods).name == "b")
    }

    @Test("if none works, the sentence has the reason of each")
    func none() async {
        let methods = [FakeRecording(name: "a", fault: "it is not installed"), FakeRecording(name: "b", fault: "no")]
        let expected = PacketRecordings.Unavailable(reasons: ["a: it is not installed", "b: no"])
        await #expect(throws: expected) { try await PacketRecordings.find(among: methods) }
        #expect(expected.description.hasSuffix("join the group wireshark (a: it is not installed; b: no)"))
    }

    @Test("an error of the work is passed on")
    func passesOn() async throws {
        guard (try? await PacketRecordings.find(among: [PacketSocketRecording()])) != nil else {
            return print("NOT RUN: packet sockets are not permitted")
        }
        let file = NSTemporaryDirectory() + "pushlab-\(UUID().uuidString).pcapng"
        defer { unlink(file) }
        await #expect(throws: CaseFault.self) {
            try await PacketSocketRecording().whileRecording(port: 9, to: file) {
                throw CaseFault.programDied(name: "a", complaint: "b")
            }
        }
    }

    @Test("dumpcap's summary has the number of lost packets")
    func dropped() {
        let line = "Packets received/dropped on interface 'Loopback: lo': 24/3 (pcap:3/dumpcap:0/flushed:0/ps_ifdrop:0)"
        #expect(Dumpcap.dropped(line) == 3)
        #expect(Dumpcap.dropped("Packets captured: 24") == nil)
    }
}

private struct FakeRecording: PacketRecording {
    let name: String
    let fault: String?

    func version() async -> String? { nil }

    func whileRecording<Value: Sendable>(
        port: Int, to file: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Recorded<Value> {
        if let fault { throw RecordingFault(name: name, reason: fault) }
        return Recorded(value: try await body(), droppedPackets: 0)
    }
}

/// A listening socket whose connections send back what they get.
private final class EchoListener: Sendable {
    struct Failure: Error { let errorNumber = errno }

    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = descriptor
        let listens = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        if !listens { throw Failure() }
    }

    deinit { close(descriptor) }

    /// Sends bytes on a new connection, and gets them back.
    func exchange(bytes count: Int) throws {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        let server = accept(descriptor, nil, nil)
        defer { close(server) }
        guard isConnected, server >= 0 else { throw Failure() }
        try pass(count, from: client, to: server)
        try pass(count, from: server, to: client)
    }

    private func pass(_ count: Int, from sender: Int32, to receiver: Int32) throws {
        var bytes = [UInt8](repeating: 0x61, count: count)
        guard send(sender, bytes, count, 0) == count, recv(receiver, &bytes, count, Int32(MSG_WAITALL)) == count
        else { throw Failure() }
    }
}
