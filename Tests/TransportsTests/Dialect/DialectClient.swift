import HTTP
import Measurement
import NIOCore
import WebSocketProtocol
import WireAccounting

@testable import Transports

/// A setup with a dialect; the client starts at 1 s, and its cursor is 0.
func setup(
    cursor: UInt64 = 0, options: [String: TransportOptionValue] = [:], _ change: (inout ServerDialect) -> Void
) -> ListenerSetup {
    var made = setup(TransportOptions(options), cursor: cursor)
    change(&made.dialect)
    return made
}

/// A client over HTTP of a server with another dialect, with its events and its ledger.
struct DialectClient {
    var listener: any ExchangeListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    private(set) var receivedBytes = 0

    init(_ transport: any PushTransport.Type, _ setup: ListenerSetup) {
        guard case .exchanges(let makeListener) = transport.client else {
            preconditionFailure("\(transport.name) is made of exchanges")
        }
        listener = makeListener(setup)
    }

    /// A whole exchange after the request at this time.
    ///
    /// - Returns: When the request was due.
    @discardableResult
    mutating func exchange(
        _ status: Int = 200, _ body: String = "", coding: ResponseCoding = ResponseCoding(), cutAt cut: Int = 0,
        at milliseconds: Int64 = 10_000
    ) -> MonotonicInstant {
        let due = listener.nextRequestDue(at: at(milliseconds))
        if !body.isEmpty { listener.responseBegan(status: status, coding: coding) }
        arrive(status, body, cutAt: cut)
        end(status)
        return due
    }

    mutating func arrive(_ status: Int, _ body: String, cutAt cut: Int = 0) {
        let bytes = Array(body.utf8)
        for piece in [bytes[..<cut], bytes[cut...]] where !piece.isEmpty { arrive(status, piece) }
    }

    private mutating func arrive(_ status: Int, _ piece: ArraySlice<UInt8>) {
        receivedBytes += piece.count
        var events: [ListenerEvent] = []
        piece.withUnsafeBytes { listener.bodyArrived($0, status: status, ledger: &ledger) { events.append($0) } }
        self.events += events
    }

    mutating func end(_ status: Int) {
        var events: [ListenerEvent] = []
        listener.bodyEnded(status: status) { events.append($0) }
        listener.exchangeEnded(status: status) { events.append($0) }
        self.events += events
    }

    var payload: Int64 { ledger[.payload, .down] }
    var envelope: Int64 { ledger[.envelope, .down] }
}

/// A WebSocket client of a server with another dialect, whose connection is simulated with arrays.
struct DialectSocket {
    var listener: any ConnectionListener
    var ledger = ByteLedger()
    var events: [ListenerEvent] = []
    let request: String
    private(set) var receivedBytes = 0

    init(_ setup: ListenerSetup) {
        guard case .connection(let makeListener) = WebSocketPush.client else {
            preconditionFailure("a WebSocket is a connection")
        }
        listener = makeListener(setup)
        request = String(buffer: listener.connected(ledger: &ledger))
    }

    /// A response that opens the WebSocket, with this `Sec-WebSocket-Protocol`; `nil` for none.
    func answer(subprotocol: String?) throws -> [UInt8] {
        let response = try ServerHandshake().accept(parseOne(Array(request.utf8))).responseHead
        let line = subprotocol.map { "Sec-WebSocket-Protocol: \($0)\r\n" } ?? ""
        return Array(response.readableBytesView.dropLast(2)) + Array((line + "\r\n").utf8)
    }

    mutating func receive(_ wire: [UInt8], cutAt cut: Int = 0) {
        for piece in [wire[..<cut], wire[cut...]] where !piece.isEmpty {
            receivedBytes += piece.count
            var buffer = ByteBuffer(bytes: piece)
            var events: [ListenerEvent] = []
            listener.received(&buffer, ledger: &ledger) { events.append($0) }
            self.events += events
            _ = listener.takeOutput(ledger: &ledger)
        }
    }

    /// A server's message in one frame of at most 125 B.
    static func message(_ text: String, isBinary: Bool = false) -> [UInt8] {
        [isBinary ? 0x82 : 0x81, UInt8(text.utf8.count)] + Array(text.utf8)
    }
}

extension ListenerEvent {
    static func foreign(_ sequence: UInt64?, sent nanoseconds: Int64? = nil) -> Self {
        .foreign(ForeignItem(sequence: sequence, sentNanoseconds: nanoseconds))
    }
}
