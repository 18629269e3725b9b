import Foundation
import Host
import Measurement
import Synchronization
import Transports

/// Compares this process' clock with the server's during a run, on its own thread and connection.
final class ClockWatch: Sendable {
    /// What the server's clock and this process' clock showed.
    struct Samples: Sendable {
        var exchanges: [ClockExchange] = []
        /// How far the server's monotonic clock is ahead if both wall clocks show the same; `nil` if the server does
        /// not report its wall clock.
        var wallAhead: Int64?
    }

    /// Exchanges before and after the measurement.
    static let exchangesAtEnd = 20
    /// Time between two exchanges during the measurement.
    private static let period = Duration.milliseconds(100)
    // Between two exchanges before and after: in other states of the queues of the network.
    private static let pause = Duration.milliseconds(2)

    private let identity: String
    private let startsBy: MonotonicInstant
    private let isEnding = Atomic<Bool>(false)
    private let before: AsyncStream<Samples>
    private let afterwards: AsyncStream<(during: Samples, after: Samples)>

    /// Starts the exchanges.
    ///
    /// - Parameters:
    ///   - probe: Queries the server.
    ///   - identity: The clock of the server; exchanges with another one do not count.
    ///   - startsBy: Latest end of the exchanges before the measurement, with at least one.
    init(_ probe: ServerProbe, clock identity: String, startsBy: MonotonicInstant) {
        (self.identity, self.startsBy) = (identity, startsBy)
        let (before, beforeEnd) = AsyncStream.makeStream(of: Samples.self)
        let (afterwards, end) = AsyncStream.makeStream(of: (during: Samples, after: Samples).self)
        (self.before, self.afterwards) = (before, afterwards)
        Thread.detachNewThread { [self] in
            let clock = ClockProbe(probe)
            // The first one opens the connection.
            _ = clock.read()
            beforeEnd.yield(several(clock, until: self.startsBy))
            beforeEnd.finish()
            let during = single(clock)
            end.yield((during, several(clock, until: MonotonicInstant(nanoseconds: .max))))
            end.finish()
        }
    }

    /// Waits for the exchanges before the measurement.
    func atStart() async -> Samples {
        for await samples in before { return samples }
        return Samples()
    }

    /// Ends the exchanges, and waits for those after the measurement.
    func atEnd() async -> (during: Samples, after: Samples) {
        isEnding.store(true, ordering: .relaxed)
        for await samples in afterwards { return samples }
        return (Samples(), Samples())
    }

    // MARK: On the thread

    private func several(_ clock: ClockProbe, until deadline: MonotonicInstant) -> Samples {
        var samples = Samples()
        for _ in 0..<Self.exchangesAtEnd {
            add(clock, to: &samples)
            if MonotonicClock.now() >= deadline { break }
            Thread.sleep(forTimeInterval: Self.pause.seconds)
        }
        return samples
    }

    private func single(_ clock: ClockProbe) -> Samples {
        var samples = Samples()
        while !isEnding.load(ordering: .relaxed) {
            add(clock, to: &samples)
            Thread.sleep(forTimeInterval: Self.period.seconds)
        }
        return samples
    }

    private func add(_ clock: ClockProbe, to samples: inout Samples) {
        guard let (exchange, reading) = clock.read(), reading.clock == identity else { return }
        samples.exchanges.append(exchange)
        samples.wallAhead = reading.wallAheadNanoseconds.map { ClockDaemon.wallAhead() - $0 }
    }
}
