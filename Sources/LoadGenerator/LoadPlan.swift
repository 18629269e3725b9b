import Host
import Measurement
import Transports

/// The task of one load process: a number of clients of one transport, from now until the end of a window.
package struct LoadPlan: Codable, Sendable {
    /// The most clients of one load process. They share one thread, and each needs a file descriptor or more.
    package static let mostClients = 20_000

    package var target: LoadTarget
    package var transport: String
    package var options: TransportOptions
    /// How the server carries the feed.
    package var dialect = ServerDialect()
    package var clients: Int
    /// Which of all clients of the run these are; `nil` for all.
    package var share: ClientShare?
    /// Determines phases and pauses.
    package var seed: UInt64
    package var times: LoadTimes
    /// Messages that each client sends and expects back; `nil` if clients only listen.
    package var send: SendPlan?
    /// Whether WebSocket keys and masks also come from the seed, so that a run is reproducible byte for byte; otherwise
    /// they come from the system's random numbers.
    package var seedsMasks = false
    /// Size of every item, if the feed's data are not text; otherwise `nil`.
    package var base64ItemBytes: Int?
    /// Clients that leave and come back; `nil` for none.
    package var churn: ChurnPlan?
    /// When the server restarts within the run; `nil` for never.
    package var outage: OutagePlan?
    /// How clients wait before they connect again; `nil` for each transport's own way.
    package var reconnect: ReconnectPolicy?
    /// Additional clients that read slowly; `nil` for none.
    package var slow: SlowPlan?
    /// Bytes per second that each client reads; `nil` for all that arrive.
    package var readBytesPerSecond: Int?
    /// Clients request all items after this sequence.
    package var cursor: UInt64
    /// Origin of due times; `nil` if the server does not report it or has another clock. Without it there are no
    /// latencies.
    package var epoch: MonotonicInstant?
    /// The clock of all instants of the plan: that of the server, or without one that of the lab; `nil` if the server
    /// reports none.
    package var clock: PlanClock?
    /// How far the server's clock is ahead of the instants here; zero unless a load process has moved them to its own.
    var serverAhead = Duration.zero
    /// Whether latencies are corrected at the end, because the server has another clock.
    var isOnOtherClock = false
    /// Where to ask for the feed's status and schedule, if that is not `target`: the process that feeds a third-party
    /// server; `nil` otherwise.
    package var feedStatus: LoadTarget?
    /// Identity that the server reported before the first client connected; `nil` if it reported none.
    package var server: ServerIdentity?
    /// Processors to run on; `nil` for any.
    package var processors: [Int]?
    package var faults = LoadFaults()
    /// Whether a simulated network ends connections, so that a broken connection is not an error.
    package var expectsBreaks = false
    /// File for the receive time of each item, to compare with a packet capture; `nil` for none.
    package var stampsFile: String?
    /// The browser whose pages are the clients; `nil` for the clients of this program.
    package var browser: BrowserPlan?

    package init(
        target: LoadTarget, transport: String, options: TransportOptions = TransportOptions(), clients: Int,
        seed: UInt64 = 1, cursor: UInt64 = 0, epoch: MonotonicInstant? = nil, times: LoadTimes
    ) {
        self.target = target
        self.transport = transport
        self.options = options
        self.clients = clients
        self.seed = seed
        self.cursor = cursor
        self.epoch = epoch
        self.times = times
    }

    var httpVersion: HTTPVersion { options[HTTPVersion.key] }

    /// Transports that can carry the plan's workload.
    func candidates(in registry: TransportRegistry) -> [any ClientTransport.Type] {
        send == nil ? registry.receiving : registry.echo
    }
}

/// Where and how the clients of a plan connect.
package struct LoadTarget: Codable, Sendable, Hashable {
    package var host: String
    package var port: Int
    /// Trusted certificates for TLS; `nil` for plain TCP.
    package var tls: TLSTrust?
    /// HTTP proxy between client and server; `nil` for none.
    package var proxy: ProxyAddress?
    /// Port on 127.0.0.1 to connect to instead of the server or the proxy: there a simulated network passes the
    /// connection on. URLs, headers and certificates stay those of the server.
    package var linkPort: Int?

    package init(host: String = "127.0.0.1", port: Int, tls: TLSTrust? = nil, proxy: ProxyAddress? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
        self.proxy = proxy
    }

    static let linkHost = "127.0.0.1"

    var goesThroughLink: Bool { linkPort != nil }

    /// The host that clients open their connections to: the server, the proxy or the simulated network.
    var nearestHost: String { goesThroughLink ? Self.linkHost : proxy?.host ?? host }

    /// The authority of the server's URL.
    package var authority: String { URLAuthority.text(host: host, port: port) }
}

/// When a plan's clients start, which part of their time is measured, and how long they may continue after it.
package struct LoadTimes: Codable, Sendable, Hashable {
    /// When the clients start.
    package var start: MonotonicInstant
    /// Clients without a polling schedule connect one after the other within this time.
    package var ramp: Duration
    /// Start of the window: latencies are recorded for items due at this instant or later.
    package var windowStart: MonotonicInstant
    /// End of the window: no latency is recorded for an item due at this instant or later.
    package var windowEnd: MonotonicInstant
    /// How long after the window a client may take to receive the items that it still lacks.
    package var patience: Duration
    /// How much longer answers and ends of connections may take because of a simulated network; zero without one.
    package var networkAllowance = Duration.zero

    /// Counters of the window are read this much before its edges. Exactly at an edge an item is due if the rate is a
    /// whole number, and small delays would decide whether the reading counts it: one item more or less per
    /// client. 35 ms is no multiple of usual periods.
    package static let readingLead = Duration.milliseconds(35)
    /// How much later clients start if a clock may not be that of the server: time to compare them.
    package static let clockTime = Duration.seconds(1)

    /// When counters of the window are read for the first and for the second time.
    package var firstReading: MonotonicInstant { windowStart - Self.readingLead }
    package var secondReading: MonotonicInstant { windowEnd - Self.readingLead }

    package init(
        start: MonotonicInstant, ramp: Duration = .zero, windowStart: MonotonicInstant, windowEnd: MonotonicInstant,
        patience: Duration = .zero
    ) {
        self.start = start
        self.ramp = ramp
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.patience = patience
    }
}

/// Deliberate faults, to test that a run with a slow load generator is rejected.
package struct LoadFaults: Codable, Equatable, Sendable {
    /// CPU time spent per received item.
    package var receiveDelay = Duration.zero
    /// How long the driver sleeps before each poll.
    package var pollDelay = Duration.zero
    /// A clock for the load process, or for the last of several, as on another host; `nil` for the clock of its host.
    package var clock: ArtificialClock?

    package init(receiveDelay: Duration = .zero, pollDelay: Duration = .zero) {
        self.receiveDelay = receiveDelay
        self.pollDelay = pollDelay
    }

    /// Keeps the CPU busy.
    static func burn(for duration: Duration) {
        let end = MonotonicClock.now() + duration
        while MonotonicClock.now() < end {}
    }
}
