import HTTP

extension ServerDialect {
    /// One sentence if a client of this transport cannot speak the dialect; `nil` if it can. A plan must not have a
    /// dialect that was not checked.
    package func fault(for transport: any ClientTransport.Type) -> String? {
        if isOwn { return nil }
        guard Self.transports.contains(transport.name) else {
            return "\(transport.name) works only with PushLab's own server; allowed with other servers: "
                + Self.transports.joined(separator: ", ")
        }
        return faultOfTarget ?? fields.lazy.compactMap { faultOfField($0, transport) }.first
            ?? faultOfItems(transport) ?? faultOfCursor(transport) ?? faultOfForm
    }

    private static let transports = [
        ShortPolling.name, LongPolling.name, HTTPStreaming.name, ServerSentEvents.name, WebSocketPush.name,
    ]

    /// Fields that open a WebSocket; another value would break the handshake.
    private static let handshakeFields = [
        "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions", "Content-Length", "Transfer-Encoding",
    ]
    /// Fields that say where the body of a request ends; these requests have none.
    private static let bodyFields = ["Content-Length", "Transfer-Encoding"]

    private var faultOfTarget: String? {
        guard let target else { return nil }
        let isTarget =
            target.hasPrefix("/") && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
        if isTarget { return nil }
        return "the path is \(target.quotedLine); allowed is a path that starts with / and has only visible ASCII "
            + "characters without #"
    }

    private func faultOfField(_ field: HeaderLine, _ transport: any ClientTransport.Type) -> String? {
        guard field.name.isToken else {
            return "\(field.name.quotedLine) is not the name of a header field; allowed are letters, digits and -"
        }
        guard field.value.utf8.allSatisfy(\.isFieldByte) else {
            return "the header field \(field.name) has a line end or another control character; remove it"
        }
        let fixed = transport.name == WebSocketPush.name ? Self.handshakeFields : Self.bodyFields
        guard fixed.contains(where: { $0.equalsIgnoringCase(field.name) }) else { return nil }
        return "the header field \(field.name) cannot be set with \(transport.name), which sets it itself; remove it"
    }

    private func faultOfItems(_ transport: any ClientTransport.Type) -> String? {
        if boundary == .chunk, transport.name != HTTPStreaming.name {
            return "items are chunks, which works only with \(HTTPStreaming.name); choose another boundary of items"
        }
        if answersOneByOne, transport.name != ShortPolling.name, transport.name != LongPolling.name {
            return "one-by-one works only with \(ShortPolling.name) and \(LongPolling.name), which poll; remove it"
        }
        guard case .named(let name) = subprotocol, !name.isToken else { return nil }
        return "\(name.quotedLine) is not the name of a subprotocol; allowed are letters, digits, - and ."
    }

    private func faultOfCursor(_ transport: any ClientTransport.Type) -> String? {
        if cursor == .lastEventID, transport.name != ServerSentEvents.name {
            return "the cursor is \(cursor.rawValue), which only \(ServerSentEvents.name) has; choose another cursor"
        }
        if cursor == .validators, transport.name == WebSocketPush.name {
            return "the cursor is \(cursor.rawValue), which a WebSocket cannot send; choose own or none"
        }
        return nil
    }

    private var faultOfForm: String? {
        guard case .foreign(let form) = form else { return nil }
        do throws(ForeignFormFault) {
            _ = try ForeignItemReader(form)
            return nil
        } catch {
            return error.description
        }
    }
}
