/// How long server, clients and kernel work on messages: an allowance, not a formula. It decides where nothing else
/// takes time, such as for push on loopback.
///
/// The values are those of two shared processors of 2026; the bounds leave room for machines that are slower, or busy
/// with other work.
package struct Processing: Sendable, Equatable {
    /// Clients of the run.
    let clients: Double
    /// Items that are due at once.
    let burst: Double
    /// Bytes of an item with what surrounds it.
    var itemBytes = 0.0

    /// Items after the first of a burst, for all clients: they share system calls.
    private var further: Double { clients * (burst - 1) }
    /// Copied and counted, for all clients.
    private var bytes: Double { clients * burst * itemBytes }

    /// Delay of an item that is sent to all clients at once: on average half of them come first.
    var ofPush: Bounded {
        Bounded(
            1e-4 + clients * 10e-6 + further * 0.1e-6 + bytes * 0.3e-9, low: 2e-5,
            high: 4e-3 + clients * 150e-6 + further * 10e-6 + bytes * 5e-9)
    }

    /// The same for the last client.
    var ofLastPush: Double { ofPush.value * 2 }

    /// Delay of an answer at once. Polls of different clients are spread over the interval.
    var ofAnswer: Bounded { Bounded(2e-4 + burst * 5e-6, low: 5e-5, high: 6e-3 + burst * 50e-6) }

    /// Time from an answer to the client's next request at the server, where an item makes all clients ask at once.
    var ofTurn: Bounded { Bounded(2e-4 + clients * 30e-6, low: 1e-4, high: 4e-3 + clients * 250e-6) }
}
