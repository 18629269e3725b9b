import Host
import Measurement
import Transports

/// How a load process deals with the server's clock: its own one, or another that it compares with its own.
struct ClockComparison {
    /// With all instants on the own clock.
    let plan: LoadPlan
    /// How far the server's clock was taken to be ahead; zero if it is the own one.
    private let assumed: Duration
    private let state: State

    private enum State {
        /// Both clocks are the same, or no instant of the server is used.
        case same
        case compared(ClockWatch, before: ClockWatch.Samples)
        /// The server did not answer.
        case unknown
    }

    // The rest of the time before the start is for the clients' first connections.
    private static let timeBeforeStart = Duration.milliseconds(150)

    /// Begins the comparison if the plan's clock is not that of this process.
    ///
    /// Without any answer of the server's clock, the plan has no epoch: there are no latencies.
    init(_ plan: LoadPlan, asking probe: ServerProbe) async {
        guard let clock = plan.clock, clock.identity != MonotonicClock.identity || plan.faults.clock != nil else {
            (self.plan, assumed, state) = (plan, .zero, .same)
            return
        }
        // The start is on a clock that is not known yet; the lab granted this time.
        let deadline = MonotonicClock.now() + LoadTimes.clockTime - Self.timeBeforeStart
        let watch = ClockWatch(probe, clock: clock.identity, startsBy: deadline)
        let before = await watch.atStart()
        let estimate = ClockEstimate(before: before.exchanges)
        assumed = estimate.map { .nanoseconds($0.line.aheadNanoseconds) } ?? clock.roughlyAhead
        var own = plan.moved(by: .zero - assumed)
        own.serverAhead = assumed
        own.isOnOtherClock = estimate != nil
        if estimate == nil, own.send == nil { own.epoch = nil }
        self.plan = own
        state = estimate == nil ? .unknown : .compared(watch, before: before)
    }

    /// Ends the comparison, and corrects what was measured.
    ///
    /// - Parameters:
    ///   - record: With times of the own clock; afterwards with those of the server's.
    ///   - receptions: When the items arrived; corrected too.
    func finish(_ record: inout LoadRecord, _ receptions: inout ReceptionLog) async {
        record.move(by: assumed)
        guard case .compared(let watch, let before) = state else {
            // Times in items of other formats are those of a wall clock, which is not compared.
            if case .same = state, plan.dialect.form == .own { record.clockErrorNanoseconds = 0 }
            return
        }
        let (during, after) = await watch.atEnd()
        let end = max(plan.times.windowStart, MonotonicClock.now())
        let range = (plan.times.windowStart, end)
        guard
            let byExchanges = ClockEstimate(
                before: before.exchanges, during: during.exchanges, after: after.exchanges)
        else { return }
        let wall = WallClocks(server: plan.clock?.wallErrorNanoseconds, own: Self.tracking(plan)).flatMap {
            $0.estimate(
                before: (before.exchanges.last?.received ?? plan.times.start, before.wallAhead),
                after: (end, after.wallAhead))
        }
        let isByWall = wall.map { $0.bound(range) < byExchanges.bound(range) } ?? false
        let estimate = isByWall ? wall ?? byExchanges : byExchanges
        let figures = ClockFigures(
            aheadNanoseconds: estimate.line.ahead(at: range.0), drift: estimate.line.drift,
            boundNanoseconds: estimate.bound(range).nanoseconds,
            exchanges: [before, during, after].reduce(0) { $0 + $1.exchanges.count },
            quickestNanoseconds: byExchanges.quickest.nanoseconds, isByWallClocks: isByWall)
        record.correct(ClockCorrection(assumed: assumed, estimate: estimate), figures, &receptions, plan, until: end)
    }

    /// Asks the daemon only if its answer can be used.
    private static func tracking(_ plan: LoadPlan) -> ChronyTracking? {
        plan.clock?.wallErrorNanoseconds == nil ? nil : ClockDaemon.tracking()
    }
}

extension ClockEstimate {
    fileprivate func bound(_ range: (MonotonicInstant, MonotonicInstant)) -> Duration {
        bound(from: range.0, to: range.1)
    }
}
