import Codecs
import Feed
import Host
import Measurement
import ResultFiles
import Scenario

/// The recordings that a scenario replays: their hashes for the manifest, and copies of the small ones for the folder.
struct KeptRecordings: Sendable {
    static let folder = "recordings"
    /// A recording is copied if it is smaller than this, its due times included.
    static let copiedBelowBytes = 1 << 20

    /// In the order of the feeds, each once.
    let records: [Manifest.RecordingRecord]
    /// Names inside the run's folder, with contents.
    let copies: [(name: String, bytes: [UInt8])]

    /// - Throws: `FileFault` if a recording cannot be read.
    init(_ scenario: Scenario, from places: RecordingPlaces = RecordingPlaces()) throws {
        var records: [Manifest.RecordingRecord] = []
        var copies: [(name: String, bytes: [UInt8])] = []
        for feed in scenario.feeds {
            guard case .replay(let path) = feed.source, !records.contains(where: { $0.path == path }) else { continue }
            let bytes = try TextFile.readBytes(places[path])
            let dues = try? TextFile.readBytes(places[path] + Recording.dueSuffix)
            let isCopied = bytes.count + (dues?.count ?? 0) < Self.copiedBelowBytes
            let name = "\(Self.folder)/\(Self.fileName(path, number: records.count + 1))"
            records.append(
                Manifest.RecordingRecord(
                    path: path, bytes: bytes.count, sha256: SHA256.hexDigest(of: bytes),
                    dueSHA256: dues.map { SHA256.hexDigest(of: $0) }, file: isCopied ? name : nil))
            if !isCopied { continue }
            copies.append((name, bytes))
            if let dues { copies.append((name + Recording.dueSuffix, dues)) }
        }
        self.records = records
        self.copies = copies
    }

    /// `1-host.ndjson`: a safe file name, unique even for recordings with the same name in different folders.
    static func fileName(_ path: String, number: Int) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let safe = name.lowercased().map { character in
            character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character))
                ? character : "-"
        }
        return "\(number)-\(String(safe))"
    }
}

extension KeptRecordings {
    /// Reads every recording and plans its replay, as the server will.
    ///
    /// - Throws: `ScenarioErrors`: what is wrong with a recording, and where the scenario names it.
    static func check(
        _ scenario: Scenario, from places: RecordingPlaces = RecordingPlaces()
    ) throws(ScenarioErrors) {
        for feed in scenario.feeds {
            guard case .replay(let path) = feed.source else { continue }
            let longest = scenario.cases.filter { $0.feed == feed }.map(\.feedTime).max() ?? .zero
            do {
                try check(feed, places[path], lasting: longest.seconds)
            } catch {
                let isMissing = (error as? FileFault)?.isMissing == true
                let advice = isMissing ? "; paths start at the folder of the scenario" : ""
                throw scenario.recordingError(path, "\(error)\(advice)")
            }
        }
    }

    private static func check(_ feed: Scenario.Feed, _ path: String, lasting needed: Double) throws {
        let recording = try RecordingFile.load(path)
        let period = (feed.rate ?? ItemRate(items: 10, per: .seconds(1))).period
        let replay = try recording.replay(
            periodMicroseconds: Double(period.nanoseconds) / 1_000, speed: feed.speed ?? 1)
        let lasts = Double(replay.lastDue ?? 0) / 1e6
        if lasts < needed {
            throw CaseFault.replayTooShort(file: path, lastsSeconds: lasts, neededSeconds: needed)
        }
    }
}
