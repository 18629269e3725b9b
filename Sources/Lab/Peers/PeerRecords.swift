import Codecs
import ResultFiles
import Scenario

extension Scenario {
    /// Its third-party servers for the manifest; `nil` without any.
    var peerRecords: [Manifest.PeerRecord]? {
        if peers.isEmpty { return nil }
        return peers.map { peer in
            Manifest.PeerRecord(
                name: peer.name, title: peer.title, note: peer.note, file: peer.file, text: peer.text,
                sha256: SHA256.hexDigest(of: peer.text))
        }
    }
}

extension KnownPeers {
    /// The servers of an earlier run as it read them: to read its scenario, not to start them. A manifest may come from
    /// elsewhere, and its commands must not run here.
    init(recordedIn manifest: Manifest) {
        let records = manifest.peers ?? []
        self.init(Dictionary(records.map { ($0.name, PeerText($0.text, file: $0.file)) }) { first, _ in first })
    }
}
