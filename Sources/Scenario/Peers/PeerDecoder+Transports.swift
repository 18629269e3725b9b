import HTTP
import Measurement
import Transports

/// How a peer carries each of its transports.
extension PeerDecoder {
    mutating func transports(in peer: FieldGroup) -> [Scenario.Peer.CarriedTransport] {
        let entries = named("transports", example: "{websocket: {path: /ws}}", in: peer)
        return entries.compactMap { entry -> Scenario.Peer.CarriedTransport? in
            guard let type = transport(entry) else { return nil }
            return dialect(of: type, entry.value).map { Scenario.Peer.CarriedTransport(name: type.name, dialect: $0) }
        }
    }

    private mutating func transport(_ entry: SourceNode.Entry) -> (any ClientTransport.Type)? {
        let known = registry.receiving.filter { $0.usesHTTP }
        if let type = known.first(where: { $0.name == entry.key }) { return type }
        let isOwn = registry.known.contains { $0.name == entry.key }
        let reason = isOwn ? ", which only PushLab's own server carries" : ""
        let allowed = TransportRegistry.allowedNames(insteadOf: entry.key, among: known)
        fail(entry.keyLocation, "transports has \"\(entry.key.prefix(64))\"\(reason); \(allowed)")
        return nil
    }

    private mutating func dialect(of type: any ClientTransport.Type, _ node: SourceNode) -> ServerDialect? {
        let allowed = PeerFields.names(under: "transports.NAME.")
        guard let group = open(node, as: type.name, allowed: allowed, example: "{path: /ws}") else { return nil }
        var dialect = ServerDialect()
        require("path", in: group)
        dialect.target = target(in: group)
        dialect.subprotocol = subprotocol(of: type, in: group)
        dialect.boundary = word("items", default: ItemBoundary.own, in: group) ?? .own
        dialect.cursor = word("cursor", default: CursorForm.none, in: group) ?? CursorForm.none
        dialect.answersOneByOne = isOneByOne(type, in: group)
        dialect.fields = fields(in: group)
        checkCombination(dialect, of: type, in: group)
        return dialect.target == nil ? nil : dialect
    }

    private mutating func target(in group: FieldGroup) -> String? {
        guard let entry = group.entries["path"], let text = scalar(entry) else { return nil }
        let isTarget = text.hasPrefix("/") && text.isVisibleASCII && !text.contains { "#{}".contains($0) }
        guard isTarget, text.count <= 1000 else {
            fail(
                entry.value.location,
                "path is \"\(text.prefix(64))\"; write a path such as /events, perhaps with a query")
            return nil
        }
        return text
    }

    private mutating func subprotocol(of type: any ClientTransport.Type, in group: FieldGroup) -> SubprotocolOffer {
        let isWebSocket = type.name == WebSocketPush.name
        guard let entry = group.entries["subprotocol"] else { return isWebSocket ? .none : .own }
        guard let text = scalar(entry) else { return .none }
        if !isWebSocket {
            fail(entry.keyLocation, "subprotocol does not apply to \(type.name); it belongs to \(WebSocketPush.name)")
        } else if !text.isToken {
            fail(entry.value.location, "subprotocol is \"\(text.prefix(64))\"; allowed own, none, a subprotocol's name")
        }
        switch text {
        case "own": return .own
        case "none": return .none
        default: return .named(text)
        }
    }

    private mutating func isOneByOne(_ type: any ClientTransport.Type, in group: FieldGroup) -> Bool {
        guard let entry = group.entries["one-by-one"], let text = scalar(entry) else { return false }
        let place = entry.value.location
        guard ["true", "false"].contains(text) else {
            fail(place, "one-by-one is \"\(text.prefix(64))\"; allowed true, false")
            return false
        }
        if text == "true", !polls.contains(type.name) {
            fail(place, "one-by-one does not apply to \(type.name); it belongs to \(polls.joined(separator: ", "))")
        }
        return text == "true"
    }

    // MARK: Header fields

    private mutating func fields(in transport: FieldGroup) -> [ServerDialect.HeaderLine] {
        var known: Set<String> = []
        var lines: [ServerDialect.HeaderLine] = []
        for field in named("fields", example: "{Accept: text/plain}", in: transport) {
            let name = field.key.lowercased()
            if !field.key.isToken {
                fail(
                    field.keyLocation,
                    "fields has the name \"\(field.key.prefix(64))\", which is not a name of a header field "
                        + "(RFC 9110 §5.1)")
            } else if PeerFields.reservedFields.contains(name) || name.hasPrefix(PeerFields.reservedPrefix) {
                fail(field.keyLocation, "fields has \(field.key.prefix(64)), which the client sets itself; remove it")
            } else if !known.insert(name).inserted {
                fail(field.keyLocation, "fields has \(field.key) twice")
            }
            guard let value = scalar(field) else { continue }
            let isClean = value.utf8.allSatisfy(\.isFieldByte) && value.first != " " && value.last != " "
            if !isClean || value.utf8.count > 4_096 {
                fail(
                    field.value.location,
                    "\(field.key.prefix(64)) has a value that a header field cannot have; allowed is one line without "
                        + "spaces at its ends, of at most 4096 bytes (RFC 9110 §5.5)")
            }
            lines.append(ServerDialect.HeaderLine(name: field.key, value: value))
        }
        return lines
    }

    // MARK: Combinations

    /// Reports ends of items and cursors that a transport cannot have.
    private mutating func checkCombination(
        _ dialect: ServerDialect, of type: any ClientTransport.Type, in group: FieldGroup
    ) {
        let forms = [
            ("items", dialect.boundary.rawValue, transports(allowing: dialect.boundary)),
            ("cursor", dialect.cursor.rawValue, transports(allowing: dialect.cursor)),
        ]
        for (name, word, allowed) in forms {
            guard let entry = group.entries[name], !allowed.contains(type.name) else { continue }
            let others = allowed.joined(separator: ", ")
            fail(entry.value.location, "\(name): \(word) does not apply to \(type.name); it belongs to \(others)")
        }
    }

    private func transports(allowing boundary: ItemBoundary) -> [String] {
        switch boundary {
        case .own: all + registry.listenerOnly.map { $0.name }
        case .line: all.filter { $0 != ServerSentEvents.name }
        case .body: polls + [WebSocketPush.name]
        case .jsonArray: polls + [ServerSentEvents.name, WebSocketPush.name]
        case .chunk: [HTTPStreaming.name]
        }
    }

    private func transports(allowing cursor: CursorForm) -> [String] {
        switch cursor {
        case .own: all
        case .none: all + registry.listenerOnly.map { $0.name }
        case .validators: polls
        case .lastEventID: [ServerSentEvents.name]
        }
    }

    /// Transports that PushLab's own server carries, too.
    private var all: [String] { registry.push.filter { $0.usesHTTP }.map { $0.name } }

    /// Transports with one response after another, each of which ends.
    private var polls: [String] {
        registry.push.filter { [.clientInterval, .serverHold].contains($0.pacing) }.map { $0.name }
    }
}
