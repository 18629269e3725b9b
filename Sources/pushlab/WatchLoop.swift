import Host
import Lab
import LoadGenerator
import Measurement

/// Asks the lanes for their progress and shows it until the end.
struct WatchLoop: Sendable {
    /// Where and how the lanes are shown.
    enum Output: Sendable {
        case screen(TerminalScreen)
        /// Numbers, once per period.
        case lines(OutputFormat, every: Duration)
    }

    let duration: Duration
    let output: Output

    private static let endingKeys = Set("qQ\u{3}\u{4}".utf8)

    /// - Parameters:
    ///   - lanes: Running clients.
    ///   - address: The server's base address.
    /// - Returns: The clients that run at the end.
    func run(_ lanes: WatchedLanes, of address: String) async -> WatchedLanes {
        let drawing = Task { await draw(lanes, address) }
        StopSignals.whenReceived { drawing.cancel() }
        guard case .screen(let screen) = output else { return await drawing.value }
        let keys = Task {
            for await key in screen.keys where Self.endingKeys.contains(key) { break }
            drawing.cancel()
        }
        let last = await drawing.value
        keys.cancel()
        screen.end()
        return last
    }

    private func draw(_ first: WatchedLanes, _ address: String) async -> WatchedLanes {
        var lanes = first
        var state = WatchState(
            address: address, feed: lanes.feed, lanes: lanes.names, began: MonotonicClock.now())
        let end = state.now + duration
        var next = state.now
        while !Task.isCancelled, state.now < end {
            next = max(next + step, MonotonicClock.now())
            try? await MonotonicClock.sleep(until: min(next, end))
            switch await lanes.reading(by: next + step) {
            case .progress(let progress): state.take(progress, at: MonotonicClock.now())
            case .unanswered: state.wait(until: MonotonicClock.now())
            case .restarted:
                state.restart(feed: lanes.feed, at: MonotonicClock.now())
                if case .lines(.text, _) = output { print(WatchText.restart) }
                continue
            }
            if !show(state) { break }
        }
        return lanes
    }

    private var step: Duration {
        switch output {
        case .screen: WatchState.frame
        case .lines(_, let period): period
        }
    }

    /// - Returns: False if the reader of the output has ended.
    private func show(_ state: WatchState) -> Bool {
        switch output {
        case .screen(let screen):
            screen.show(WatchScreen(state, size: screen.size, colours: Terminal.hasColours).lines)
            return true
        case .lines(.text, _): for line in WatchText.lines(state) { print(line) }
        case .lines(.json, _): print((try? VersionedJSON(WatchRecord(state)).text(isOneLine: true)) ?? "")
        }
        // Lines must not wait in a pipe's buffer.
        return Terminal.flush()
    }
}
