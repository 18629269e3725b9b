import Measurement

/// How long the parts of a case take.
package struct CaseTiming: Sendable {
    let warmup: Duration
    let duration: Duration
    let clients: Int
    let encrypts: Bool
    let startsProxy: Bool

    /// - Parameters:
    ///   - warmup: Before ``duration``.
    ///   - duration: Of what is measured.
    ///   - clients: How many connect.
    ///   - encrypts: Whether they speak TLS.
    ///   - startsProxy: Whether a proxy is started after the server.
    package init(
        warmup: Duration, duration: Duration, clients: Int, encrypts: Bool = false, startsProxy: Bool = false
    ) {
        self.warmup = warmup
        self.duration = duration
        self.clients = clients
        self.encrypts = encrypts
        self.startsProxy = startsProxy
    }

    /// From the server's start to the first item's earliest time: the clients connect meanwhile.
    ///
    /// 0.5 ms a client is ten times what connecting takes on loopback; half a second is for the load process to start,
    /// and nginx is there after some hundredths.
    /// A TLS handshake takes most of a millisecond of both ends' time.
    var lead: Duration { .milliseconds(startsProxy ? 800 : 600) + ramp * 2 }

    /// The part of the lead in which clients connect, one after the other.
    var ramp: Duration { .microseconds(encrypts ? 2_000 : 250) * clients }

    /// From the feed's epoch to the end of what is measured.
    var feedDuration: Duration { warmup + duration }

    /// How long the feed goes on: clients that still lack an item of the window get it as from a feed without an end.
    func feedDuration(pause: Duration) -> Duration { feedDuration + patience(pause: pause) }

    /// How long after the window a client may take for what it misses: its pause between polls, and some seconds.
    func patience(pause: Duration) -> Duration { .seconds(5) + pause }
}
