import Feed
import Measurement
import Transports
import WebSocketProtocol

/// All clients of one load process, whatever drives them.
protocol Fleet: Sendable {
    func start()

    /// Whether every client has come as far as this sequence.
    func hasReached(_ last: UInt64) async -> Bool

    /// The highest sequence that any client has.
    func highestReceived() async -> UInt64

    /// What the connections have carried so far.
    func traffic() async -> Traffic

    /// Ends all clients, reads the kernel's counters before each close, and tells what was seen.
    func finish(through last: UInt64, by account: FeedAccount) async -> LoadRecord

    /// When each first copy came. Read it after ``finish(through:by:)`` only: until then it is the driver's.
    var receptions: ReceptionLog { get }
}

/// What each client of a plan is made from. The same plan gives the same clients, except for their mask keys.
struct ListenerSetups: Sequence, IteratorProtocol {
    private let plan: LoadPlan
    private let phases: [Duration]
    private let filler: FillerText?
    private var index = 0

    init(_ plan: LoadPlan) {
        self.plan = plan
        var random = SeededGenerator(seed: plan.seed)
        phases = PhaseSpread.stratified(clients: plan.clients, over: .seconds(1), using: &random)
        filler = plan.send.map { FillerText(longest: $0.payloadBytes, from: &random) }
    }

    mutating func next() -> ListenerSetup? {
        guard index < plan.clients else { return nil }
        defer { index += 1 }
        return setup(of: index, cursor: plan.cursor)
    }

    func setup(of client: Int, cursor: UInt64, attempt: UInt64 = 0) -> ListenerSetup {
        var random = SeededGenerator(seed: plan.seed, stream: UInt64(client) << 20 | attempt)
        let seed = random.next()
        let maskKeys = plan.seedsMasks ? MaskKeySource(seed: random.next()) : MaskKeySource.system
        var setup = ListenerSetup(
            options: plan.options, cursor: cursor, start: plan.times.start, ramp: plan.times.ramp,
            phase: phases[client].seconds, host: plan.target.authority, seed: seed, maskKeys: maskKeys)
        setup.encrypts = plan.target.tls != nil
        if let send = plan.send, let filler {
            // A client that connects again sends the same messages: its seed is not the attempt's.
            setup.messages = EchoMessages(
                send, filler: filler, phase: setup.phase, seed: UInt64(client), after: cursor)
        }
        return setup
    }
}
