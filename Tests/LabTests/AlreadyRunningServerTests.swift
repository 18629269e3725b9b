import Glibc
import Host
import LoadGenerator
import Testing
import Transports

@testable import Lab

@Suite("A third-party server that already runs", .timeLimit(.minutes(1)))
struct AlreadyRunningServerTests {
    private static var foreign: ServerDialect {
        var dialect = ServerDialect()
        dialect.form = .foreign(ForeignForm())
        return dialect
    }

    @Test("a server whose items have another format is neither asked for a status nor for a page")
    func silent() async throws {
        let port = try ListeningSocket()
        let server = try AlreadyRunningServer(LoadTarget(port: port.number), dialect: Self.foreign)
        #expect(server.feed == "external")
        try await server.whileRunning { running in
            #expect(running.endpoint.dialect == Self.foreign)
            #expect(!running.endpoint.reportsStatus)
            #expect(throws: SilentServer.NoStatus.self) { try running.status() }
            #expect(throws: SilentServer.NoStatus.self) { try running.schedule(from: 1, to: 2) }
        }
        #expect(port.firstBytes() == "")
    }

    @Test("a port without a server is reported")
    func refused() throws {
        let port = try ListeningSocket(listens: false)
        let fault = #expect(throws: ProbeFault.self) {
            try AlreadyRunningServer(LoadTarget(port: port.number), dialect: Self.foreign)
        }
        #expect(
            fault?.description == "http://127.0.0.1:\(port.number) cannot be reached: \(NetworkErrorText.refused)")
    }

    @Test("clients that poll without a cursor may miss and repeat items")
    func polls() {
        var subject = MeasuredCase.fake(transport: "short-poll")
        #expect(subject.wantsEachItem)
        subject.pollsCurrentItems = true
        #expect(!subject.wantsEachItem)
    }
}

/// A port on 127.0.0.1 whose connections the kernel accepts, without a program that answers.
private final class ListeningSocket {
    struct Failure: Error { let errorNumber: Int32 }

    let number: Int
    private let listening: Int32

    init(listens: Bool = true) throws {
        let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listening, $0, length) == 0 && (!listens || listen(listening, 4) == 0)
                    && getsockname(listening, $0, &length) == 0
            }
        }
        guard isOpen else { throw Failure(errorNumber: errno) }
        self.listening = listening
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(listening) }

    /// What the first client sent before it closed its connection.
    func firstBytes() -> String {
        let connection = accept(listening, nil, nil)
        defer { close(connection) }
        var bytes = [UInt8](repeating: 0, count: 1_024)
        let count = recv(connection, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
