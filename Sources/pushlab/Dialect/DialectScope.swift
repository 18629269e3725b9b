import ArgumentParser
import Transports

/// Which forms of a dialect a transport can have.
struct DialectScope {
    private let transport: any PushTransport.Type

    init(_ transport: any PushTransport.Type) {
        self.transport = transport
    }

    private static let polling = [ShortPolling.name, LongPolling.name]

    private static let boundaries: [(name: String, allowed: [ItemBoundary])] = [
        (ShortPolling.name, [.own, .line, .body, .jsonArray]), (LongPolling.name, [.own, .line, .body, .jsonArray]),
        (HTTPStreaming.name, [.own, .line, .chunk, .jsonArray]),
        (ServerSentEvents.name, [.own, .line, .body, .jsonArray]),
        (WebSocketPush.name, [.own, .line, .body, .jsonArray]),
    ]

    private static let cursors: [(name: String, allowed: [CursorForm])] = [
        (ShortPolling.name, [.own, .validators, .none]), (LongPolling.name, [.own, .validators, .none]),
        (HTTPStreaming.name, [.own, .none]), (ServerSentEvents.name, [.own, .lastEventID, .none]),
        (WebSocketPush.name, [.own, .none]),
    ]

    /// Options that only change what clients ask PushLab's server for, in the query with the cursor or as subprotocol.
    private static let ownOptions = ["latest", "empty", "hold", "batch", "accel-buffering", "subprotocol"]

    /// - Throws: `ValidationError` if an option does not apply to the transport, or two exclude each other.
    func check(_ options: DialectOptions, _ transportOptions: TransportOptions) throws {
        guard let first = options.given.first else { return }
        guard transport.usesHTTP else {
            throw ValidationError(
                "\(first) is given, and \(transport.name) makes no HTTP request; allowed with "
                    + Self.boundaries.map(\.name).joined(separator: ", "))
        }
        if options.subprotocol != nil, transport.name != WebSocketPush.name {
            throw ValidationError("--subprotocol is for \(WebSocketPush.name), not for \(transport.name)")
        }
        if options.oneByOne, !Self.polling.contains(transport.name) {
            throw ValidationError(
                "--one-by-one is for \(Self.polling.joined(separator: ", ")), not for \(transport.name)")
        }
        if let items = options.items { try check("--items", items, among: Self.boundaries) }
        if let cursor = options.cursor { try check("--cursor", cursor, among: Self.cursors) }
        if options.cursor == .own, options.sequence == nil, let option = options.itemOption {
            throw ValidationError(
                "--cursor own sends the sequence of the last item, and \(option) is given without --sequence; give "
                    + "--sequence too, or another cursor")
        }
        if options.items == .chunk, transportOptions[HTTPVersion.key].isHTTP2 {
            throw ValidationError("--items chunk needs HTTP/1.1, and --option http=2 is given; HTTP/2 has no chunks")
        }
        try checkOwn(options, transportOptions)
    }

    /// Refuses options of the transport that only PushLab's server understands.
    private func checkOwn(_ options: DialectOptions, _ transportOptions: TransportOptions) throws {
        guard let option = options.thirdPartyOption else { return }
        if transportOptions[RequestProfile.key] == .quantum2009 {
            throw ValidationError(
                "--option headers=quantum2009 asks PushLab's server for its own path, and \(option) is given; leave "
                    + "out one of them")
        }
        for own in transport.options where Self.ownOptions.contains(own.name) {
            let value = transportOptions[own]
            let isSent = own.name == "subprotocol" ? options.subprotocol == .own : options.cursor == .own
            if value == own.defaultValue || isSent { continue }
            throw ValidationError(
                "--option \(own.name)=\(value.text) is for PushLab's server, and \(option) is given; leave out one of "
                    + "them")
        }
    }

    private func check<Form: RawRepresentable & Equatable>(
        _ option: String, _ form: Form, among all: [(name: String, allowed: [Form])]
    ) throws where Form.RawValue == String {
        if all.contains(where: { $0.name == transport.name && $0.allowed.contains(form) }) { return }
        let others = all.filter { $0.allowed.contains(form) }.map(\.name).joined(separator: ", ")
        throw ValidationError(
            "\(option) \(form.rawValue) is for \(others), not for \(transport.name); \(transport.name) has "
                + words(all).joined(separator: ", "))
    }

    private func words<Form: RawRepresentable>(
        _ all: [(name: String, allowed: [Form])]
    ) -> [String] where Form.RawValue == String {
        all.first { $0.name == transport.name }?.allowed.map(\.rawValue) ?? []
    }
}
