import Host
import LoadGenerator
import Measurement
import ResultFiles
import Testing
import WireAccounting

@testable import Lab

@Suite("Why a row's figures must not be used")
struct ValidityTests {
    @Test("a run in which all went well may be used")
    func sound() {
        let validity = Validity(.fake())
        #expect(validity.reasons == [])
        #expect(validity.areBytesValid && validity.areTimesValid)
    }

    @Test("errors spoil everything, and the first of them is told")
    func errors() {
        var record = LoadRecord()
        (record.errors, record.faults) = (3, ["the server closed the connection", "again"])
        let validity = Validity(.fake(record))
        #expect(validity.reasons == ["3 errors, the first: the server closed the connection"])
        #expect(!validity.areBytesValid && !validity.areTimesValid)
    }

    @Test("what the load process says against the row spoils everything, what it says against times those")
    func objections() {
        var record = LoadRecord()
        record.timeObjections = ["late"]
        #expect(Validity(.fake(record)).areBytesValid)
        #expect(!Validity(.fake(record)).areTimesValid)
        record.rowObjections = ["gone"]
        #expect(!Validity(.fake(record)).areBytesValid)
        #expect(Validity(.fake(record)).reasons == ["gone", "late"])
    }

    @Test("bytes that the kernel did not count, or nobody read, spoil bytes alone")
    func bytes() {
        var record = LoadRecord()
        record.kernel.bytesUp = 5
        let unbooked = Validity(.fake(record))
        #expect(!unbooked.areBytesValid && unbooked.areTimesValid)
        #expect(unbooked.reasons.first?.contains("booked 0 B, the kernel counted 5 B") == true)
        record = LoadRecord()
        record.unreadCounters = 2
        #expect(
            Validity(.fake(record)).reasons == ["the kernel's counters of 2 connections could not be read"])
    }

    @Test("the two ends of the same connections must agree")
    func ends() {
        var outcome = CaseOutcome.fake()
        var server = KernelCount()
        server.bytesDown = 7
        outcome.serverKernel = server
        let validity = Validity(outcome)
        #expect(!validity.areBytesValid && validity.areTimesValid)
        #expect(validity.reasons.first?.contains("7 B at the server's") == true)
    }

    @Test("latencies out of range and clients that came late spoil times alone")
    func times() {
        var record = LoadRecord()
        record.latency.record(microseconds: -1)
        record.windowStart = MonotonicInstant(nanoseconds: 10)
        record.connectedAt = MonotonicInstant(nanoseconds: 11)
        let validity = Validity(.fake(record))
        #expect(validity.areBytesValid && !validity.areTimesValid)
        #expect(
            validity.reasons == [
                "latencies below 0 or above 1 h were seen: the clocks of server and clients disagree",
                "clients were still connecting when the measurement began",
            ])
        record.connectedAt = record.windowStart
        #expect(Validity(.fake(record)).reasons.count == 1)
    }

    @Test("connections that the kernel dropped spoil times")
    func drops() {
        let outcome = CaseOutcome(
            subject: .fake(), record: LoadRecord(), idle: nil, before: nil, after: nil, publisherLag: nil,
            published: nil, kernelDrops: KernelDrops(counts: ["ListenDrops": 1]))
        #expect(Validity(outcome).areBytesValid && !Validity(outcome).areTimesValid)
    }
}

@Suite("What a run complains of")
struct CheckTests {
    @Test("a valid row with every item once has nothing against it")
    func sound() {
        #expect(Check(row(), wantsEach: true).complaints == [])
    }

    @Test("each finding is a sentence with the case's name")
    func findings() {
        var row = row()
        (row.valid, row.invalidReason) = (false, "late")
        (row.missed, row.duplicate, row.reordered) = (2, 3, 4)
        #expect(
            Check(row, wantsEach: true).complaints == [
                "a, repeat 2: invalid: late", "a, repeat 2: 2 of 20 items were missed",
                "a, repeat 2: 3 items came twice",
                "a, repeat 2: 4 items came out of order",
            ])
    }

    @Test("where clients ask for the newest item only, misses and copies are a result")
    func newestOnly() {
        var row = row()
        (row.missed, row.duplicate, row.reordered) = (2, 3, 4)
        #expect(Check(row, wantsEach: false).complaints == ["a, repeat 2: 4 items came out of order"])
    }

    @Test("a row without figures is invalid and nothing else")
    func failed() {
        #expect(
            Check(RowMaker.failed(.fake, .fake("a"), reason: "gone"), wantsEach: true).complaints == [
                "a, repeat 1: invalid: gone"
            ])
    }

    private func row() -> SummaryRow {
        var row = SummaryRow()
        (row.caseID, row.repetition, row.valid, row.expected) = ("a", 2, true, 20)
        (row.missed, row.duplicate, row.reordered) = (0, 0, 0)
        return row
    }
}
