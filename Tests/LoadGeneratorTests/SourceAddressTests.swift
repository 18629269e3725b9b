import CCurl
import Foundation
import Glibc
import Host
import Measurement
import NIOCore
import Synchronization
import Testing
import Transports

@testable import LoadGenerator

@Suite("Addresses that clients connect from", .timeLimit(.minutes(1)))
struct SourceAddressTests {
    @Test(
        "clients from the 10,001st on come from 127.0.0.2, with both drivers",
        arguments: ["websocket", "raw-tcp", "short-poll", "sse"])
    func addresses(transport: String) async throws {
        let server = try PeerList()
        let type = try #require(TransportRegistry.standard.push(named: transport))
        let now = MonotonicClock.now()
        var plan = LoadPlan(
            target: LoadTarget(port: server.port), transport: transport, options: type.defaultOptions, clients: 3,
            times: LoadTimes(start: now - .seconds(1), windowStart: now, windowEnd: now + .milliseconds(300)))
        plan.share = ClientShare(first: 9_999, all: 10_002)
        _ = try await LoadWorker.run(plan) { nil }
        #expect(server.addresses.sorted() == ["127.0.0.1", "127.0.0.2", "127.0.0.2"])
    }

    @Test("connections go to the simulated network or the proxy, if there is one")
    func nearest() {
        var target = LoadTarget(host: "10.0.0.1", port: 80)
        #expect(target.nearestHost == "10.0.0.1")
        target.proxy = ProxyAddress(host: "127.0.0.5", port: 3_128)
        #expect(target.nearestHost == "127.0.0.5")
        target.linkPort = 4_000
        #expect(target.nearestHost == "127.0.0.1")
    }

    @Test("without a free port the sentence says what to do", arguments: [true, false])
    func noPort(usesCurl: Bool) {
        let text =
            usesCurl
            ? NetworkErrorText.text(CURLE_COULDNT_CONNECT, encrypts: false, errorNumber: Int(EADDRNOTAVAIL))
            : NetworkErrorText.text(IOError(errnoCode: EADDRNOTAVAIL, reason: "connect"))
        #expect(text == NetworkErrorText.noPort)
        #expect(text.contains("no free port") && text.contains("--load-hosts"))
    }
}

/// Accepts connections and never answers; knows the addresses that they come from.
private final class PeerList: Sendable {
    let port: Int
    private let listener: Int32
    // Guards the addresses, in the order of the connections.
    private let seen = Mutex<[String]>([])

    var addresses: [String] { seen.withLock { $0 } }

    init() throws {
        let listening = try LoopbackListener(backlog: 16)
        (listener, port) = (listening.socket, listening.port)
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let address = LoopbackSource(ofPeerOf: connection)?.text ?? "127.0.0.1"
                self?.seen.withLock { $0.append(address) }
            }
        }
    }

    // The connections end with the process.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
