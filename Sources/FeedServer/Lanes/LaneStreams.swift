/// Which lane each stream of an HTTP/2 connection belongs to: the open streams, and those that ended recently, because
/// a client may still send frames for them.
struct LaneStreams {
    struct Use {
        /// `nil` if its request named none.
        var lane: Lane?
        /// Number of its transport; `nil` before that is known.
        var transport: Int?
        var hasEnded = false
    }

    private var uses: [Int: Use] = [:]
    // Ended streams in the order of their ends.
    private var ended: [Int] = []
    // Ids of the lanes that this connection has joined; the oldest are forgotten.
    private var known: [String] = []
    /// The highest stream so far, 0 before the first; a client numbers its streams in ascending order.
    private(set) var newest = 0

    private static let mostEnded = 128
    private static let keptKnown = 64

    subscript(stream: Int) -> Use? { uses[stream] }

    /// The stream has a request.
    mutating func begin(_ stream: Int) {
        uses[stream] = Use()
        newest = max(newest, stream)
    }

    /// The request is of this lane.
    ///
    /// - Returns: Whether it is the lane's first on this connection, as far as the connection remembers.
    mutating func use(_ stream: Int, for lane: Lane) -> Bool {
        uses[stream]?.lane = lane
        if known.contains(lane.id) { return false }
        if known.count >= Self.keptKnown { known.removeFirst() }
        known.append(lane.id)
        return true
    }

    mutating func serves(_ stream: Int, transport: Int) {
        uses[stream]?.transport = transport
    }

    mutating func end(_ stream: Int) {
        guard uses[stream] != nil else { return }
        uses[stream]?.hasEnded = true
        ended.append(stream)
    }

    /// Whether the older half of the ended streams must be forgotten, once their bytes are reported.
    var mustForget: Bool { ended.count >= Self.mostEnded }

    /// Forgets the older half of the ended streams.
    mutating func forget() {
        for stream in ended.prefix(Self.mostEnded / 2) { uses[stream] = nil }
        ended.removeFirst(Self.mostEnded / 2)
    }

    /// Whether a stream of this lane is open.
    func hasOpen(_ lane: Lane) -> Bool {
        !uses.isEmpty && uses.contains { $0.value.lane === lane && !$0.value.hasEnded }
    }

    /// Whether a stream of this lane is open or ended recently.
    func know(_ lane: Lane) -> Bool { !uses.isEmpty && uses.contains { $0.value.lane === lane } }

    /// The lanes of all streams, and another one; each once.
    func lanes(and other: Lane?) -> [Lane] {
        let all = uses.values.compactMap(\.lane) + [other].compactMap(\.self)
        return Array(Dictionary(all.map { ($0.id, $0) }) { first, _ in first }.values)
    }
}
