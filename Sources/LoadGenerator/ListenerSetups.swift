import CLinux
import Feed
import Glibc
import Measurement
import Transports
import WebSocketProtocol

/// The setup of each client of a plan. The same plan gives the same clients, except for mask keys drawn by the system.
struct ListenerSetups: Sequence, IteratorProtocol {
    private let plan: LoadPlan
    private let phases: [Duration]
    private let filler: FillerText?
    private let foreignItems: ForeignItemReader?
    private var index = 0

    init(_ plan: LoadPlan) {
        self.plan = plan
        var random = SeededGenerator(seed: plan.seed)
        let all = PhaseSpread.stratified(clients: plan.allClients, over: .seconds(1), using: &random)
        phases = Array(all[plan.firstClient..<plan.firstClient + plan.clients])
        filler = plan.send.map { FillerText(longest: $0.payloadBytes, from: &random) }
        foreignItems = ForeignItemReader.checked(plan.dialect.form)
    }

    mutating func next() -> ListenerSetup? {
        guard index < plan.clients else { return nil }
        defer { index += 1 }
        return setup(of: index, cursor: plan.cursor)
    }

    /// - Parameters:
    ///   - client: Its index among the clients of this plan.
    ///   - cursor: The last item that it has; 0 for none.
    ///   - attempt: How often it has connected before.
    /// - Returns: The same for the same arguments.
    func setup(of client: Int, cursor: UInt64, attempt: UInt64 = 0) -> ListenerSetup {
        let place = UInt64(plan.firstClient + client)
        var random = SeededGenerator(seed: plan.seed, stream: place << 20 | attempt)
        let seed = random.next()
        let maskKeys = plan.seedsMasks ? MaskKeySource(seed: random.next()) : MaskKeySource.system
        var setup = ListenerSetup(
            options: plan.options, cursor: cursor, start: plan.times.start, ramp: plan.times.ramp,
            phase: phases[client].seconds, host: plan.target.authority, seed: seed, maskKeys: maskKeys)
        setup.encrypts = plan.target.tls != nil
        setup.dialect = plan.dialect
        setup.foreignItems = foreignItems
        setup.reconnect = plan.reconnect
        setup.base64ItemBytes = plan.base64ItemBytes
        var session = SeededGenerator(seed: plan.seed, stream: place << 20)
        setup.session = session.next()
        if let send = plan.send, let filler {
            // After a reconnect a client sends the same messages, so the seed does not depend on the attempt.
            setup.messages = EchoMessages(
                send, filler: filler, phase: setup.phase, seed: place, after: cursor)
        }
        return setup
    }
}

extension MaskKeySource {
    /// Mask keys from the kernel's random numbers. Keys are fetched in blocks, because one system call per key would
    /// cost about 500 ns.
    static var system: MaskKeySource {
        MaskKeySource { _, words in
            words.withUnsafeMutableBytes { bytes in
                // Requests of up to 256 bytes are complete and not interrupted by signals (getrandom(2)).
                let count = getrandom(bytes.baseAddress, bytes.count, 0)
                precondition(count == bytes.count, "the kernel gave no random numbers: errno \(errno)")
            }
        }
    }
}
