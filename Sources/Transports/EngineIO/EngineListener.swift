import Measurement
import NIOCore
import WebSocketProtocol
import WireAccounting

/// A client of Socket.IO on Engine.IO: carries the packets of an ``EngineSession`` by HTTP or WebSocket.
struct EngineListener: ConnectionListener {
    private let setup: ListenerSetup
    private let target: String
    private var session: EngineSession
    /// `nil` once the connection is a WebSocket.
    private var polling: EnginePolling?
    private var socket: WebSocketListener?
    // Of a WebSocket that begins on the connection of polling.
    private var opening: ByteBuffer?
    private var hasProbed = false
    private var isEnding = false
    /// HTTP requests after the one that opened the session.
    private(set) var furtherRequests = 0

    private static let separator = UInt8(0x1e)
    // A packet without an event; clients ignore it.
    private static let noEvent = ListenerEvent.skipped(through: 0)

    init(_ setup: ListenerSetup) {
        self.setup = setup
        let path = setup.dialect.target ?? "\(EngineIO.path)"
        target = path + (path.contains("?") ? "&" : "?") + "EIO=4"
        let carrier = setup.options[EngineCarrier.key]
        session = EngineSession(upgrades: carrier == .upgrade)
        if carrier == .webSocket {
            socket = WebSocketListener(
                setup, target: target + "&transport=websocket", subprotocol: .none, deflate: nil)
        } else {
            let fields = setup.dialect.fields.map { (name: $0.name, value: $0.value) }
            polling = EnginePolling(host: setup.host, fields: fields)
        }
    }

    // MARK: The connection

    mutating func connected(ledger: inout ByteLedger) -> ByteBuffer {
        if socket != nil { return socket?.connected(ledger: &ledger) ?? ByteBuffer() }
        let target = pollTarget
        let request = polling?.get(target) ?? ByteBuffer()
        ledger.book(request.readableBytes, .handshake, .up)
        return request
    }

    private var pollTarget: String {
        target + "&transport=polling" + (session.open.map { "&sid=\($0.id)" } ?? "")
    }

    /// The layer of requests and headers of responses.
    private var headLayer: ByteLayer { session.wasConnected ? .httpHead : .handshake }

    mutating func received(
        _ bytes: inout ByteBuffer, ledger: inout ByteLedger, events: (ListenerEvent) -> Void
    ) {
        if polling != nil { receivedResponses(&bytes, &ledger, events) }
        if socket != nil { receivedFrames(&bytes, &ledger, events) }
        // After a fault.
        ledger.book(bytes.readableBytes, .envelope, .down)
        bytes.clear()
    }

    mutating func takeOutput(ledger: inout ByteLedger) -> ByteBuffer? {
        if let opening {
            self.opening = nil
            return opening
        }
        if isEnding || session.fault != nil || session.hasEnded { return socket?.takeOutput(ledger: &ledger) }
        return socket == nil ? takeRequest(&ledger) : takeFrames(&ledger)
    }

    mutating func finish() -> Bool {
        isEnding = true
        // A poll under way ends with its connection.
        return socket?.finish() ?? false
    }

    mutating func connectionEnded(ledger: inout ByteLedger) {
        socket?.connectionEnded(ledger: &ledger)
        ledger.book(polling?.unfinishedBytes ?? 0, .payload, .down)
    }

    mutating func clockReached(_ now: MonotonicInstant) -> String? {
        if let complaint = socket?.clockReached(now) { return complaint }
        return isEnding ? nil : session.clockReached(now)
    }

    var isOpen: Bool { session.wasConnected }
    var controlFrames: (received: Int, sent: Int) { socket?.controlFrames ?? (0, 0) }
    var isOrderlyEnd: Bool { session.hasEnded || isEnding || socket?.isOrderlyEnd ?? false }
    var isWithinItem: Bool { isOpen && (socket?.isWithinItem ?? ((polling?.unfinishedBytes ?? 0) > 0)) }

    // MARK: HTTP

    private mutating func receivedResponses(
        _ bytes: inout ByteBuffer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        while session.fault == nil, opening == nil {
            let layer = headLayer
            guard let event = polling?.next(from: &bytes, heads: layer) else { break }
            switch event {
            case .bytes(let count, let layer): ledger.book(count, layer, .down)
            case .body(let content, .packets): packetsArrived(content, &ledger, events)
            case .body(let content, .confirmation): ledger.book(content.count, headBodyLayer, .down)
            case .fault(let what, let count):
                ledger.book(count, .envelope, .down)
                if let event = session.failed(what).event { events(event) }
            }
            if session.wantsWebSocket, session.fault == nil { beginWebSocket(&ledger) }
        }
    }

    private var headBodyLayer: ByteLayer { session.wasConnected ? .envelope : .handshake }

    private mutating func packetsArrived(
        _ content: [UInt8], _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        let packets = content.split(separator: Self.separator, omittingEmptySubsequences: false)
        ledger.book(packets.count - 1, .envelope, .down)
        for packet in packets {
            let reading = session.take(Array(packet))
            ledger.book(reading.payloadBytes, .payload, .down)
            ledger.book(packet.count - reading.payloadBytes, reading.layer, .down)
            if let event = reading.event { events(event) }
        }
    }

    private mutating func takeRequest(_ ledger: inout ByteLedger) -> ByteBuffer? {
        guard let polling, polling.isIdle, session.open != nil else { return nil }
        furtherRequests += 1
        let packets = session.takeOutput()
        let (target, layer) = (pollTarget, headLayer)
        if packets.isEmpty {
            let request = self.polling?.get(target)
            ledger.book(request?.readableBytes ?? 0, layer, .up)
            return request
        }
        guard var (request, body) = self.polling?.post(target, packets) else { return nil }
        ledger.book(request.readableBytes, layer, .up)
        ledger.book(packets.count - 1, .envelope, .up)
        for packet in packets { ledger.book(packet.text.utf8.count, packet.layer, .up) }
        request.writeBuffer(&body)
        return request
    }

    private mutating func beginWebSocket(_ ledger: inout ByteLedger) {
        guard let open = session.open else { return }
        polling = nil
        var socket = WebSocketListener(
            setup, target: target + "&transport=websocket&sid=\(open.id)", subprotocol: .none, deflate: nil)
        opening = socket.connected(ledger: &ledger)
        self.socket = socket
    }

    // MARK: WebSocket

    private mutating func receivedFrames(
        _ bytes: inout ByteBuffer, _ ledger: inout ByteLedger, _ events: (ListenerEvent) -> Void
    ) {
        var (session, moved) = (self.session, ByteLedger())
        socket?.received(&bytes, ledger: &ledger) { kind, payload in
            let packet = Array(payload.readableBytesView)
            let reading = kind == .text ? session.take(packet) : session.failed("a binary message")
            // The frame's tally counts messages as payload.
            let others = packet.count - reading.payloadBytes
            moved.book(-others, .payload, .down)
            moved.book(others, reading.layer, .down)
            return reading.event ?? Self.noEvent
        } events: { event in
            if event != Self.noEvent { events(event) }
        }
        self.session = session
        ledger.merge(moved)
        if session.wantsWebSocket, socket?.isOpen == true, !hasProbed {
            hasProbed = true
            self.session.webSocketOpened()
        }
    }

    private mutating func takeFrames(_ ledger: inout ByteLedger) -> ByteBuffer? {
        guard let open = socket?.isOpen, open, socket?.isOrderlyEnd == false else {
            return socket?.takeOutput(ledger: &ledger)
        }
        let packets = session.takeOutput()
        for packet in packets { socket?.send(ByteBuffer(string: packet.text)) }
        guard let output = socket?.takeOutput(ledger: &ledger) else { return nil }
        for packet in packets {
            ledger.book(-packet.text.utf8.count, .payload, .up)
            ledger.book(packet.text.utf8.count, packet.layer, .up)
        }
        return output
    }
}
