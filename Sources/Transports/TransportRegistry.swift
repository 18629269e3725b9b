import Measurement

/// A set of transports. Help, scenarios, server, load generator, report colours and contract tests use it.
///
/// To add a transport, add a folder next to this file and an entry in ``standard``. Other code can extend a copy.
package struct TransportRegistry: Sendable {
    /// In the order of tables and plots.
    package let all: [any ClientTransport.Type]
    /// Transports that carry the feed to clients.
    package let push: [any PushTransport.Type]
    /// Transports that carry clients' messages to the server and back.
    package let echo: [any EchoTransport.Type]
    /// Transports of other servers, which only have clients here; not in ``all``.
    package let listenerOnly: [any ListenerOnlyTransport.Type]

    package static let standard = TransportRegistry([
        ShortPolling.self, LongPolling.self, HTTPStreaming.self, ServerSentEvents.self, WebSocketPush.self, RawTCP.self,
        WebSocketEcho.self, HTTPPost.self, EngineIO.self,
    ])

    package init(_ transports: [any ClientTransport.Type]) {
        all = transports.filter { !($0 is any ListenerOnlyTransport.Type) }
        listenerOnly = transports.compactMap { $0 as? any ListenerOnlyTransport.Type }
        push = transports.compactMap { $0 as? any PushTransport.Type }
        echo = transports.compactMap { $0 as? any EchoTransport.Type }
    }

    package func adding(_ transport: any ClientTransport.Type) -> TransportRegistry {
        TransportRegistry(known + [transport])
    }

    /// Every transport.
    package var known: [any ClientTransport.Type] { all + listenerOnly }

    /// Transports with which clients receive a feed.
    package var receiving: [any ClientTransport.Type] { push + listenerOnly }

    package func receiving(named name: String) -> (any ClientTransport.Type)? { receiving.first { $0.name == name } }

    package func push(named name: String) -> (any PushTransport.Type)? { push.first { $0.name == name } }

    package func echo(named name: String) -> (any EchoTransport.Type)? { echo.first { $0.name == name } }

    /// Transports that a client requests with a first line.
    package var firstLines: [any FirstLineTransport.Type] { push.compactMap { $0 as? any FirstLineTransport.Type } }

    /// The paths of all transports over HTTP, without duplicates.
    package var paths: [String] {
        var paths: [String] = []
        for transport in all where transport.usesHTTP && !paths.contains(transport.entrance.text) {
            paths.append(transport.entrance.text)
        }
        return paths
    }

    /// The names allowed in place of an unknown name: `allowed short-poll, …; did you mean websocket?`.
    ///
    /// - Parameters:
    ///   - name: The unknown name.
    ///   - transports: The allowed transports.
    ///   - http2: How to set HTTP/2, for names such as `http2`.
    /// - Returns: A part of a sentence.
    package static func allowedNames(
        insteadOf name: String, among transports: [any ClientTransport.Type], http2: String? = nil
    ) -> String {
        let names = transports.map { $0.name }
        let isHTTP2 = ["http2", "http/2", "http-2", "h2", "h2c"].contains(name.lowercased())
        let suggestion = Spelling.suggestion(for: name, among: names, otherNames: otherNames(of: transports))
        let option = isHTTP2 ? http2.map { "; HTTP/2 is an option: \($0)" } : nil
        return "allowed \(names.joined(separator: ", "))\(option ?? suggestion)"
    }

    /// The common other names of transports, each with the name of its transport.
    package static func otherNames(of transports: [any ClientTransport.Type]) -> [String: String] {
        Dictionary(transports.flatMap { type in type.otherNames.map { ($0, type.name) } }) { first, _ in first }
    }
}
