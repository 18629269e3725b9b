import Host
import LoadGenerator
import Measurement
import Report
import WireAccounting

/// Draws a live view for a screen of any size.
package struct WatchScreen: Sendable {
    private let state: WatchState
    private let size: TerminalSize
    private let colours: Bool

    // In the order of 1, 2, 5.
    private static let delayLimits: [Int64] = [
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 2_000_000,
        5_000_000, 10_000_000,
    ]
    // Space for the names of the pictures.
    private static let margin = 11

    /// Takes the size of the terminal now: each frame is a new value.
    package init(_ state: WatchState, size: TerminalSize, colours: Bool) {
        self.state = state
        self.size = size
        self.colours = colours
    }

    /// The lines, not more than the screen has and none wider.
    package var lines: [String] {
        let rows = max(1, size.rows)
        let footer = legend
        var lines = [title, LaneColumn.header(columns: size.columns)]
        let free = rows - lines.count - footer.count
        let perLane = state.lanes.isEmpty ? 0 : max(1, free / state.lanes.count)
        let largest = state.lanes.map { Self.bytes($0) }.max() ?? 0
        for lane in state.lanes { lines += self.lines(of: lane, count: perLane, largest: largest) }
        // On a small screen the lanes are worth more than the legend.
        if lines.count + footer.count <= rows { lines += footer }
        return lines.prefix(rows).map { $0.text(columns: size.columns, colours: colours) }
    }

    private var title: ScreenLine {
        let end = "q quits"
        var time = ProgressText.clock(state.elapsed)
        if state.restarts > 0 { time += " since the server was restarted" }
        let texts = [[state.address, state.feed, time], [state.address, time]].map { parts in
            parts.filter { !$0.isEmpty }.joined(separator: "  ")
        }
        var line = ScreenLine("PushLab ", .bold)
        let room = size.columns - line.width - end.count - 2
        // Without space for all, the feed is left out.
        line.add(texts.first { $0.count <= room } ?? texts[1])
        let gap = size.columns - line.width - end.count
        if gap > 1 { line.add(String(repeating: " ", count: gap) + end, .dim) }
        return line
    }

    private var legend: [ScreenLine] {
        var parts = ScreenLine("  bytes    ")
        let shown = LayerPart.all.filter { part in
            state.lanes.contains { part.bytes(in: $0.progress.ledger) != 0 }
        }
        for part in shown {
            parts.add("\(part.letter)", .on(part.colour))
            parts.add(" \(part.name)  ")
        }
        return [
            parts,
            ScreenLine("  arrivals items per 0.1 s   delays 0.1 ms to 10 s, one place per 1, 2, 5", .dim),
        ]
    }

    // With less space, first the delays are left out, then the arrivals, then the bytes.
    private func lines(of lane: WatchState.Lane, count: Int, largest: Int64) -> [ScreenLine] {
        let figures = LaneColumn.line(lane, at: state.now, columns: size.columns)
        let middle = lane.progress.trouble.map { ScreenLine("  ! \($0)", .red) } ?? arrivals(lane)
        switch count {
        case ...1: return [figures]
        case 2: return [figures, lane.progress.trouble == nil ? bytes(lane, largest) : middle]
        case 3: return [figures, middle, bytes(lane, largest)]
        case 4: return [figures, middle, bytes(lane, largest), delays(lane)]
        default: return [figures, middle, bytes(lane, largest), delays(lane), ScreenLine()]
        }
    }

    private func arrivals(_ lane: WatchState.Lane) -> ScreenLine {
        let shown = lane.arrivals.suffix(max(0, size.columns - Self.margin - 1))
        var line = ScreenLine("  arrivals ")
        line.add(String(shown.map { $0 == 0 ? "." : $0 > 9 ? "+" : Character("\($0)") }))
        return line
    }

    private func bytes(_ lane: WatchState.Lane, _ largest: Int64) -> ScreenLine {
        var line = ScreenLine("  bytes    ")
        let total = Self.bytes(lane)
        let figure = " " + Figure.count(Int(total))
        let width = max(0, size.columns - Self.margin - figure.count - 1)
        let length = largest > 0 ? Int((Double(total) / Double(largest) * Double(width)).rounded()) : 0
        let parts = LayerPart.all.map { $0.bytes(in: lane.progress.ledger) }
        for (part, cells) in zip(LayerPart.all, Self.shares(parts, of: length)) {
            line.add(String(repeating: part.letter, count: cells), .on(part.colour))
        }
        line.add(figure)
        return line
    }

    private func delays(_ lane: WatchState.Lane) -> ScreenLine {
        let counts = lane.progress.latency.counts(between: Self.delayLimits)
        let highest = counts.max() ?? 0
        var line = ScreenLine("  delays   ")
        for count in counts { line.add(String(Self.block(count, of: highest))) }
        return line
    }

    private static func bytes(_ lane: WatchState.Lane) -> Int64 {
        LayerPart.all.reduce(0) { $0 + $1.bytes(in: lane.progress.ledger) }
    }

    private static func block(_ count: UInt64, of highest: UInt64) -> Character {
        if count == 0 || highest == 0 { return "." }
        let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        return blocks[min(7, Int(Double(count) / Double(highest) * 8))]
    }

    /// Divides the cells of a bar by the largest remainders. A part that is not empty gets at least one cell if
    /// there are enough.
    static func shares(_ parts: [Int64], of cells: Int) -> [Int] {
        let sizes = parts.map { max(0, $0) }
        let sum = sizes.reduce(0, +)
        guard sum > 0, cells > 0 else { return parts.map { _ in 0 } }
        let exact = sizes.map { Double($0) / Double(sum) * Double(cells) }
        var shares = exact.map { Int($0) }
        for index in sizes.indices where sizes[index] > 0 && shares[index] == 0 { shares[index] = 1 }
        while shares.reduce(0, +) > cells, let most = shares.indices.max(by: { shares[$0] < shares[$1] }) {
            shares[most] -= 1
        }
        let order = shares.indices.sorted { exact[$0] - Double(shares[$0]) > exact[$1] - Double(shares[$1]) }
        for index in order.prefix(max(0, cells - shares.reduce(0, +))) { shares[index] += 1 }
        return shares
    }
}
