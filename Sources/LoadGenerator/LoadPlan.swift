import Measurement
import Transports

/// What one load process is asked to do: a number of clients of one transport, from now until the end of a window.
package struct LoadPlan: Codable, Sendable {
    package var target: LoadTarget
    package var transport: String
    package var options: TransportOptions
    package var clients: Int
    /// Decides phases and pauses.
    package var seed: UInt64
    package var times: LoadTimes
    /// What each client sends and wants back; `nil` where clients only listen.
    package var send: SendPlan?
    /// Whether WebSocket keys and masks come from the seed too, for a replay to the byte; else the system draws them.
    package var seedsMasks = false
    /// The clients want everything after this sequence.
    package var cursor: UInt64
    /// The instant due times count from, or `nil` if the server does not say or has another clock: no latencies then.
    package var epoch: MonotonicInstant?
    /// What the server said of itself before the first client; `nil` if it said nothing.
    package var server: ServerIdentity?
    /// Processors that the load process runs on; `nil` for any.
    package var processors: [Int]?
    package var faults = LoadFaults()
    /// Where to write when each item was received, for checks against a packet capture; `nil` for nowhere.
    package var stampsFile: String?

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

    /// The transports that can carry the plan's workload.
    func candidates(in registry: TransportRegistry) -> [any ClientTransport.Type] {
        send == nil ? registry.push : registry.echo
    }
}

/// Where the clients of a plan connect, and how.
package struct LoadTarget: Codable, Sendable, Hashable {
    package var host: String
    package var port: Int
    /// Whom to trust where connections are encrypted; `nil` for plain TCP.
    package var tls: TLSTrust?
    /// An HTTP proxy in between; `nil` for none.
    package var proxy: ProxyAddress?

    package init(host: String = "127.0.0.1", port: Int, tls: TLSTrust? = nil, proxy: ProxyAddress? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
        self.proxy = proxy
    }

    /// The authority of the server's URL.
    package var authority: String { URLAuthority.text(host: host, port: port) }
}

/// When a plan's clients begin, what part of their time is measured, and how long they may go on after it.
package struct LoadTimes: Codable, Sendable, Hashable {
    /// When the clients begin.
    package var start: MonotonicInstant
    /// Clients without a schedule of their own connect one after the other within this time.
    package var ramp: Duration
    /// Latencies are booked for items due from here…
    package var windowStart: MonotonicInstant
    /// … until here.
    package var windowEnd: MonotonicInstant
    /// How long after the window a client may take to receive what it still misses.
    package var patience: Duration

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

/// Host and port as a URL writes them.
package enum URLAuthority {
    /// An IPv6 address stands in brackets (RFC 3986 §3.2.2).
    package static func text(host: String, port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
