import Expressions
import Measurement
import ResultFiles
import Testing

@testable import Lab

@Suite("The search for the largest load that a server carries")
struct CapacitySearchTests {
    private static let range = 1.0...20_000.0

    private func search(
        start: Double = 10, range: ClosedRange<Double> = Self.range, precision: Double = 0.05, repeats: Int = 3
    ) -> CapacitySearch {
        var limits = CapacitySearch.Limits(start: start, range: range)
        (limits.precision, limits.edgeRepeats) = (precision, repeats)
        return CapacitySearch(limits) { $0.rounded() }
    }

    /// Runs a search against readings that a function gives.
    ///
    /// - Returns: The loads in order.
    private func run(
        _ search: inout CapacitySearch, _ reading: (Double) -> CapacitySearch.Reading
    ) -> [Double] {
        var loads: [Double] = []
        while let next = search.next, loads.count < 200 {
            loads.append(next.load)
            search.add(reading(next.load), at: next.load)
        }
        return loads
    }

    @Test("doubles, halves the ratio, then repeats both sides of the edge")
    func steps() {
        var search = search()
        var phases: [CapacityRow.Phase] = []
        var loads: [Double] = []
        while let next = search.next {
            phases.append(next.phase)
            loads.append(next.load)
            search.add(next.load > 100 ? .reached : .carried, at: next.load)
        }
        #expect(loads == [10, 20, 40, 80, 160, 113, 95, 104, 99, 101, 99, 99, 101, 101])
        #expect(
            phases == Array(repeating: .grow, count: 5) + Array(repeating: .bisect, count: 5)
                + Array(repeating: .edge, count: 4))
        #expect(
            search.answer == CapacityAnswer(load: 99, low: 99, high: 101, outcome: .found, reason: nil))
    }

    @Test("finds the edge to the unit if the precision asks for it", arguments: [1, 2, 3, 7, 64, 100, 999])
    func exactness(capacity: Int) {
        var search = search(precision: 0.0001, repeats: 1)
        let loads = run(&search) { $0 > Double(capacity) ? .reached : .carried }
        #expect(search.answer.load == Double(capacity))
        #expect(search.answer.high == Double(capacity + 1))
        #expect(Set(loads).count == loads.count, "no load is measured twice")
    }

    @Test("halves a first load that is beyond the capacity")
    func shrinking() {
        var search = search(start: 1_000)
        let loads = run(&search) { $0 > 60 ? .reached : .carried }
        #expect(loads.prefix(6) == [1_000, 500, 250, 125, 63, 32])
        #expect(search.answer.outcome == .found)
        #expect((57...60).contains(search.answer.load ?? 0))
    }

    @Test("says that the limit is reached, or that even the smallest load is too much")
    func limits() {
        var never = search(range: 1...100)
        #expect(run(&never) { _ in .carried } == [10, 20, 40, 80, 100, 100, 100])
        #expect(never.answer.outcome == .neverReached)
        #expect(never.answer.load == 100)
        var always = search(range: 4...100)
        #expect(run(&always) { _ in .reached } == [10, 5, 4, 4, 4])
        #expect(always.answer == CapacityAnswer(load: nil, low: nil, high: 4, outcome: .alwaysReached, reason: nil))
    }

    @Test("results that do not tell are measured again, and then bound the answer")
    func undecided() {
        var search = search()
        let loads = run(&search) { $0 > 50 ? .undecided("the load generator was the bottleneck") : .carried }
        #expect(loads.filter { $0 == 80 }.count == 3)
        #expect(search.answer.outcome == .undecided)
        #expect(search.answer.reason == "the load generator was the bottleneck")
        #expect((47...50).contains(search.answer.load ?? 0))
        #expect(search.answer.high == nil)
    }

    @Test("a reading that does not tell is repeated and counts for neither side")
    func repeated() {
        var search = search()
        var phases: [CapacityRow.Phase] = []
        var (readings, untold) = (0, 0)
        while let next = search.next, readings < 100 {
            readings += 1
            phases.append(next.phase)
            // Every other reading near the edge has no valid bytes.
            let tells = !(80...120).contains(next.load) || readings.isMultiple(of: 2)
            untold += tells ? 0 : 1
            search.add(tells ? (next.load > 100 ? .reached : .carried) : .undecided("bytes"), at: next.load)
        }
        #expect(untold > 3)
        #expect(phases.contains(.again))
        #expect(search.answer == CapacityAnswer(load: 99, low: 99, high: 101, outcome: .found, reason: nil))
    }

    @Test("a disturbed reading moves the edge back; the interval has every load with different readings")
    func noise() {
        var search = search()
        var readings = 0
        let loads = run(&search) { load in
            readings += 1
            // The third measurement, of 40, is disturbed.
            return load > 100 || readings == 3 ? .reached : .carried
        }
        #expect(loads.prefix(4) == [10, 20, 40, 28])
        #expect(search.answer.outcome == .found)
        #expect((95...100).contains(search.answer.load ?? 0), "\(search.answer)")
        #expect((search.answer.low ?? 0) < 40)
        #expect((search.answer.high ?? 0) > 100)
    }

    @Test("a search without time ends with its readings so far")
    func time() {
        var search = search()
        for load in [10.0, 20] { search.add(.carried, at: load) }
        search.end()
        #expect(search.next == nil)
        #expect(search.answer == CapacityAnswer(load: 20, low: 20, high: nil, outcome: .outOfTime, reason: nil))
    }

    @Test("a row decides by its values; without them by failed clients, unless the load generator was busy")
    func readings() throws {
        let condition = try Predicate("latency_p99_us > 50ms or missed > 0", columns: .results)
        var row = SummaryRow()
        (row.caseID, row.repetition, row.transport) = ("a", 1, "websocket")
        (row.valid, row.bytesValid, row.timesValid) = (true, true, true)
        (row.latencyP99Microseconds, row.missed, row.delivered, row.expected) = (49_000, 0, 10, 10)
        func reading() -> CapacitySearch.Reading { CapacitySearch.Reading(row, [], condition) }
        #expect(reading() == .carried)
        row.latencyP99Microseconds = 51_000
        #expect(reading() == .reached)
        (row.valid, row.timesValid, row.invalidReason) = (false, false, "a pause")
        #expect(reading() == .undecided("a pause"))
        row.missed = 3
        #expect(reading() == .reached, "one part of the condition is enough")
        (row.bytesValid, row.errors, row.invalidReason) = (false, 2, "2 errors")
        #expect(reading() == .reached, "clients failed")
        row.loadCPURatio = 0.95
        #expect(reading() == .undecided("2 errors"))
        #expect(CapacitySearch.Reading(nil, [], condition) == .undecided("the run has no row"))
    }
}
