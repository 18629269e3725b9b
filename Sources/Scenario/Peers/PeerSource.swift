import Transports

/// The text of a `peer.yaml`.
package struct PeerText: Sendable, Equatable {
    /// Its path, for messages; the adapter is in the same folder.
    package let file: String
    package let text: String

    package init(_ text: String, file: String) {
        (self.text, self.file) = (text, file)
    }
}

/// A `peer.yaml` that exists but cannot be read, in one sentence.
package struct UnreadablePeer: Error, Equatable, Sendable, CustomStringConvertible {
    /// Names the file, and the line if the mistake has one.
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

/// Finds the third-party servers that a scenario can name.
package protocol PeerSource: Sendable {
    /// The names of all folders that have a `peer.yaml`, sorted.
    var names: [String] { get }

    /// - Parameter name: 1 to 32 lower-case letters, digits and hyphens, so safe in paths.
    /// - Returns: `nil` if there is no such server.
    /// - Throws: ``UnreadablePeer``.
    func text(of name: String) throws(UnreadablePeer) -> PeerText?
}

/// Only PushLab's own server.
package struct NoPeers: PeerSource {
    package let names: [String] = []

    package init() {}

    package func text(of name: String) -> PeerText? { nil }
}

/// Third-party servers whose texts are known already, such as those of an earlier run.
package struct KnownPeers: PeerSource {
    private let texts: [String: PeerText]

    package init(_ texts: [String: PeerText]) {
        self.texts = texts
    }

    package var names: [String] { texts.keys.sorted() }

    package func text(of name: String) -> PeerText? { texts[name] }
}

extension Scenario.Peer {
    /// Reads a `peer.yaml`.
    ///
    /// - Parameters:
    ///   - name: Of its folder.
    ///   - source: Its text with its path.
    ///   - registry: The transports that it can carry.
    /// - Throws: ``ScenarioErrors`` with every mistake found.
    package init(
        name: String, _ source: PeerText, registry: TransportRegistry = .standard
    ) throws(ScenarioErrors) {
        var decoder = PeerDecoder(registry: registry)
        guard let peer = decoder.peer(name, source) else {
            throw ScenarioErrors(errors: decoder.errors.inTextOrder())
        }
        self = peer
    }
}
