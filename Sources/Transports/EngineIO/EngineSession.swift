import Codecs
import Feed
import HTTP
import Measurement
import WireAccounting

/// What a packet of the server means.
struct EngineReading: Equatable, Sendable {
    var event: ListenerEvent?
    /// Bytes of the packet that are an item.
    var payloadBytes = 0
    /// The layer of the other bytes.
    var layer = ByteLayer.envelope

    static let nothing = EngineReading()
    static let handshake = EngineReading(layer: .handshake)
}

/// Decides what a client of Socket.IO on Engine.IO makes of each packet, and what it sends.
///
/// Packets: github.com/socketio/engine.io-protocol, version 4, and github.com/socketio/socket.io-protocol, version 5.
struct EngineSession: Sendable {
    private enum State {
        case opening
        /// The session is open; the client waits for a WebSocket, and then for the answer to its probe.
        case upgrading
        case connecting
        case connected
        case ended
    }

    private let upgrades: Bool
    private var state = State.opening
    /// `nil` before the server has opened the session.
    private(set) var open: EngineOpen?
    /// Whether the namespace was connected.
    private(set) var wasConnected = false
    /// Whether the server has ended the session in order.
    private(set) var hasEnded = false
    /// Why the session is not usable any more; `nil` if it is.
    private(set) var fault: String?
    private var output: [EnginePacket] = []
    private var deadline: MonotonicInstant?

    private static let openingTimeout = Duration.seconds(10)

    /// - Parameter upgrades: Whether the session begins with polling and goes on as a WebSocket.
    init(upgrades: Bool) {
        self.upgrades = upgrades
    }

    /// Whether the client should now open the WebSocket of a session that began with polling.
    var wantsWebSocket: Bool { if case .upgrading = state { true } else { false } }

    /// The WebSocket is open: asks through it whether it works.
    mutating func webSocketOpened() { output.append(.probe) }

    /// The packets to send now, in their order.
    mutating func takeOutput() -> [EnginePacket] {
        defer { output = [] }
        return output
    }

    /// Takes one packet of the server.
    mutating func take(_ packet: [UInt8]) -> EngineReading {
        if case .ended = state { return .nothing }
        deadline = nil
        let rest = packet.dropFirst()
        switch packet.first {
        case UInt8(ascii: "0"): return opened(rest)
        case UInt8(ascii: "1"): return ended("the server closed the Engine.IO session")
        case UInt8(ascii: "2"): return pinged(rest)
        case UInt8(ascii: "3"): return ponged(rest)
        case UInt8(ascii: "4"): return message(rest, packetBytes: packet.count)
        case UInt8(ascii: "6"): return .nothing
        case UInt8(ascii: "b"): return failed("a binary packet, which this client does not read")
        case nil: return failed("an empty packet")
        default: return failed("\(Self.shown(packet)), which is not a packet of Engine.IO 4")
        }
    }

    /// Checks the time limits; call it about every second.
    ///
    /// - Returns: Why to drop the connection, in one sentence; `nil` to keep it.
    mutating func clockReached(_ now: MonotonicInstant) -> String? {
        if let fault { return fault }
        if case .ended = state { return nil }
        let limit = open.map { $0.pingInterval + $0.pingTimeout } ?? Self.openingTimeout
        let deadline = deadline ?? now + limit
        self.deadline = deadline
        guard now >= deadline else { return nil }
        return open == nil
            ? "the server did not open the Engine.IO session within \(limit.spokenText)"
            : "the server sent no ping and no other packet for \(limit.spokenText)"
    }

    /// The server sent something that no version of this protocol allows.
    mutating func failed(_ what: String) -> EngineReading {
        let sentence = "the server sent \(what)"
        state = .ended
        fault = sentence
        return EngineReading(event: .fault(sentence))
    }

    // MARK: Engine.IO

    private mutating func opened(_ json: ArraySlice<UInt8>) -> EngineReading {
        guard case .opening = state else { return failed("a second open packet") }
        guard let open = EngineOpen(json) else {
            return failed("an open packet without a usable sid, pingInterval or pingTimeout: \(Self.shown(json))")
        }
        self.open = open
        if upgrades {
            state = .upgrading
        } else {
            connect()
        }
        return .handshake
    }

    private mutating func connect() {
        state = .connecting
        output.append(.connect)
    }

    private mutating func pinged(_ text: ArraySlice<UInt8>) -> EngineReading {
        if case .opening = state { return failed("a ping before it opened the session") }
        output.append(EnginePacket(text: "3" + String(decoding: text, as: UTF8.self), layer: .envelope))
        return .nothing
    }

    private mutating func ponged(_ text: ArraySlice<UInt8>) -> EngineReading {
        guard case .upgrading = state, text.elementsEqual("probe".utf8) else {
            return failed("a pong, which nothing asked for")
        }
        output.append(.upgrade)
        connect()
        return .handshake
    }

    private mutating func ended(_ sentence: String) -> EngineReading {
        state = .ended
        hasEnded = true
        return EngineReading(event: .ended(sentence))
    }

    // MARK: Socket.IO

    private mutating func message(_ packet: ArraySlice<UInt8>, packetBytes: Int) -> EngineReading {
        switch state {
        case .opening, .upgrading: return failed("a message before the session was open")
        case .connecting, .connected, .ended: break
        }
        let rest = packet.dropFirst()
        if rest.first == UInt8(ascii: "/") { return failed("a packet of a namespace other than /") }
        switch packet.first {
        case UInt8(ascii: "0"): return namespaceConnected(rest)
        case UInt8(ascii: "1"): return ended("the server disconnected the namespace /")
        case UInt8(ascii: "2"): return event(rest, packetBytes: packetBytes)
        // An acknowledgement.
        case UInt8(ascii: "3"): return .nothing
        case UInt8(ascii: "4"): return failed("an error instead of the namespace /: \(Self.reason(rest))")
        case UInt8(ascii: "5"), UInt8(ascii: "6"):
            return failed("a message with binary parts, which this client does not read")
        default: return failed("\(Self.shown(packet)), which is not a packet of Socket.IO 5")
        }
    }

    private mutating func namespaceConnected(_ json: ArraySlice<UInt8>) -> EngineReading {
        guard case .connecting = state else { return failed("the namespace / twice") }
        guard json.isEmpty || EngineJSON(json).isValue else {
            return failed("\(Self.shown(json)) with the namespace /, which is not JSON")
        }
        state = .connected
        wasConnected = true
        return .handshake
    }

    private mutating func event(_ text: ArraySlice<UInt8>, packetBytes: Int) -> EngineReading {
        guard case .connected = state else { return failed("an event before the namespace / was connected") }
        // The number of an acknowledgement may come first.
        let json = text.drop { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let parts = EngineJSON(json)
        guard parts.isArray, let name = parts.string(at: Self.eventName) else {
            return failed("an event that is not a JSON array with a name: \(Self.shown(json))")
        }
        guard name.elementsEqual("item".utf8) else { return .nothing }
        guard parts.isArray(of: 2), let item = parts.string(at: Self.eventText) else {
            return failed("an event that is not [\"item\",TEXT]: \(Self.shown(json))")
        }
        guard let header = item.withUnsafeBytes({ ItemText.header(of: $0) }) else {
            return failed("\(Self.shown(item)), which is not an item; an item is SEQUENCE,DUE,DATA")
        }
        return EngineReading(
            event: .item(ReceivedItem(sequence: header.sequence, dueMicroseconds: header.dueMicroseconds)),
            // An item has no more bytes than its JSON.
            payloadBytes: min(item.count, packetBytes))
    }

    /// The server's reason for refusing a namespace: `{"message":"…"}`.
    private static func reason(_ json: ArraySlice<UInt8>) -> String {
        shown(EngineJSON(json).string(at: JSONPointer(member: "message")) ?? Array(json))
    }

    // Of the array of an event.
    private static let eventName = JSONPointer(element: 0)
    private static let eventText = JSONPointer(element: 1)

    private static func shown(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes.prefix(60), as: UTF8.self).printableASCII
    }
}
