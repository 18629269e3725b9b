import LoadGenerator
import Measurement
import Report

/// The columns of figures; a narrow screen has only the most important ones.
enum LaneColumn: CaseIterable {
    case items, delay, p50, p99, age, requests, bytesPerItem

    private static let nameWidth = 12

    private var title: String {
        switch self {
        case .items: "items"
        case .delay: "delay"
        case .p50: "p50"
        case .p99: "p99"
        case .age: "age"
        case .requests: "requests"
        case .bytesPerItem: "B/item"
        }
    }

    private var width: Int { self == .items ? 8 : 10 }

    // The column with the highest number is left out first.
    private var rank: Int {
        switch self {
        case .items: 0
        case .bytesPerItem: 1
        case .delay: 2
        case .p50: 3
        case .age: 4
        case .requests: 5
        case .p99: 6
        }
    }

    private func text(_ figures: LaneFigures) -> String {
        switch self {
        case .items: Figure.count(Int(clamping: figures.items))
        case .delay: figures.delayText
        case .p50: figures.p50Text
        case .p99: figures.p99Text
        case .age: figures.ageText
        case .requests: Figure.count(Int(clamping: figures.requests))
        case .bytesPerItem: Figure.mean(figures.bytesPerItem)
        }
    }

    private static func shown(columns: Int) -> [LaneColumn] {
        var left = columns - nameWidth
        let kept = allCases.sorted { $0.rank < $1.rank }.prefix { column in
            left -= column.width
            return left >= 0
        }
        return allCases.filter { kept.contains($0) }
    }

    static func header(columns: Int) -> ScreenLine {
        let titles = shown(columns: columns).map { $0.title.aligned(to: $0.width) }
        return ScreenLine("transport".padded(to: nameWidth) + titles.joined(), .dim)
    }

    static func line(_ lane: WatchState.Lane, at now: MonotonicInstant, columns: Int) -> ScreenLine {
        let figures = LaneFigures(lane.progress, at: now)
        var line = ScreenLine(lane.name.padded(to: nameWidth), .bold)
        for column in shown(columns: columns) { line.add(column.text(figures).aligned(to: column.width)) }
        return line
    }
}
