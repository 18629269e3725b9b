import Measurement
import Scenario

/// Durations of the parts of a case.
package struct CaseTiming: Sendable {
    let warmup: Duration
    let duration: Duration
    let clients: Int
    let encrypts: Bool
    /// How much longer the case takes to start because of what is between clients and server.
    let middleboxStart: Duration
    /// See `Scenario.Network.allowance` and `setUpTime`; zero without a simulated network.
    let networkAllowance: Duration
    /// Time to compare clocks before the clients start; zero if all processes have one clock.
    var clockTime = Duration.zero
    private let networkSetUp: Duration

    /// - Parameters:
    ///   - warmup: Time before the measurement.
    ///   - duration: Time of the measurement.
    ///   - clients: Number of clients.
    ///   - encrypts: Whether connections use TLS.
    ///   - middleboxStart: How much longer the case takes to start because of what is between clients and server.
    ///   - network: The simulated network between clients and server.
    package init(
        warmup: Duration, duration: Duration, clients: Int, encrypts: Bool = false,
        middleboxStart: Duration = .zero, network: Scenario.Network? = nil
    ) {
        self.warmup = warmup
        self.duration = duration
        self.clients = clients
        self.encrypts = encrypts
        self.middleboxStart = middleboxStart
        networkAllowance = network?.allowance ?? .zero
        networkSetUp = network?.setUpTime ?? .zero
    }

    /// Time from the server's start to the earliest item. The clients connect in this time.
    ///
    /// The load process is ready before. From the server's first line until the clients start it takes 40 ms (see
    /// ``setUp``): a look at the server's status, and ``startDelay``. 0.5 ms per client is ten times the time of a
    /// connection on loopback. nginx and haproxy need a few hundredths of a second to start, apache and caddy up to a
    /// second. A TLS handshake takes almost a millisecond of CPU time, both ends together. A simulated network adds the
    /// time of its round trips.
    var lead: Duration { Self.setUp + middleboxStart + ramp * 2 + networkSetUp + clockTime }

    /// The part of ``lead`` that every case has. Programs without optimization, which run many at a time in tests, need
    /// several times as long.
    #if DEBUG
        static let setUp = Duration.milliseconds(600)
    #else
        static let setUp = Duration.milliseconds(100)
    #endif

    /// Time from the making of a plan to the start of its clients, in which the load process prepares them.
    var startDelay: Duration { .milliseconds(30) + clockTime }

    /// The part of ``lead`` in which clients connect, one after another.
    var ramp: Duration { .microseconds(encrypts ? 2_000 : 250) * clients }

    /// Time from the feed's epoch to the end of the measurement.
    var feedDuration: Duration { warmup + duration }

    /// How long the server publishes. Like an endless feed, it continues after the window, so that clients receive the
    /// missing items of the window.
    func feedDuration(pause: Duration) -> Duration { feedDuration + patience(pause: pause) }

    /// How long clients may take after the window to receive missing items: the pause between polls plus 5 s, and what
    /// a simulated network may take.
    func patience(pause: Duration) -> Duration { .seconds(5) + pause + networkAllowance }
}
