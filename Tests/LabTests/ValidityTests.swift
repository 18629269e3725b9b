import Host
import LoadGenerator
import Measurement
import ResultFiles
import Testing
import WireAccounting

@testable import Lab

@Suite("Why a row is invalid")
struct ValidityTests {
    @Test("a run without faults is valid")
    func sound() {
        let validity = Validity(.fake())
        #expect(validity.reasons == [])
        #expect(validity.areBytesValid && validity.areTimesValid)
    }

    @Test("errors make everything invalid, and the reason has the first of them")
    func errors() {
        var record = LoadRecord()
        (record.errors, record.faults) = (3, ["the server closed the connection", "again"])
        let validity = Validity(.fake(record))
        #expect(validity.reasons == ["3 errors, the first: the server closed the connection"])
        #expect(!validity.areBytesValid && !validity.areTimesValid)
    }

    @Test("objections to the row make everything invalid, objections to times only times")
    func objections() {
        var record = LoadRecord()
        record.timeObjections = ["late"]
        #expect(Validity(.fake(record)).areBytesValid)
        #expect(!Validity(.fake(record)).areTimesValid)
        record.rowObjections = ["gone"]
        #expect(!Validity(.fake(record)).areBytesValid)
        #expect(Validity(.fake(record)).reasons == ["gone", "late"])
    }

    @Test(
        "without a response or a handshake nothing is valid, however short the run",
        arguments: [(true, "no client received a response"), (false, "no client completed the handshake")])
    func noContact(hasExchanges: Bool, sentence: String) {
        var record = LoadRecord()
        record.hasExchanges = hasExchanges
        #expect(Validity(.fake(record)).reasons == [])
        record.unanswered = 2
        let validity = Validity(.fake(record))
        #expect(validity.reasons == [sentence])
        #expect(!validity.areBytesValid && !validity.areTimesValid)
        // Another load process had a response.
        record.hasContact = true
        #expect(Validity(.fake(record)).reasons == [])
        (record.hasContact, record.errors) = (false, 1)
        #expect(Validity(.fake(record)).reasons == ["1 errors, the first: unknown"])
    }

    @Test("differences from the kernel's count and unread counters make only bytes invalid")
    func bytes() {
        var record = LoadRecord()
        record.kernel.bytesUp = 5
        let uncounted = Validity(.fake(record))
        #expect(!uncounted.areBytesValid && uncounted.areTimesValid)
        #expect(uncounted.reasons.first?.contains("the layers have 0 B, the kernel counted 5 B") == true)
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

    @Test("latencies out of range and clients that connect late make only times invalid")
    func times() {
        var record = LoadRecord()
        record.latency.record(microseconds: -1)
        let start = MonotonicInstant(nanoseconds: 1_000_000_000)
        record.windowStart = start
        // The counters have been read already.
        record.connectedAt = start - .milliseconds(34)
        let validity = Validity(.fake(record))
        #expect(validity.areBytesValid && !validity.areTimesValid)
        #expect(
            validity.reasons == [
                "some latencies are below 0 or above 1 h: the clocks of server and clients disagree",
                "clients were still connecting when the measurement began",
            ])
        record.connectedAt = start - .milliseconds(35)
        #expect(Validity(.fake(record)).reasons.count == 1)
    }

    @Test("delays by a sender's clock are judged by their own sentences, and are not measured again")
    func senderClock() {
        var record = LoadRecord()
        record.countsFromSent = true
        record.latency.record(microseconds: -500)
        #expect(Validity(.fake(record)).reasons == [])
        record.clockObjections = ["the clocks differ"]
        let validity = Validity(.fake(record))
        #expect(validity.areBytesValid && !validity.areTimesValid)
        #expect(validity.reasons == ["the clocks differ"])
        #expect(BottleneckRules.disturbances(LoadEvidence(.fake(record))) == [])
    }

    @Test("kernel drops make times invalid")
    func drops() {
        let outcome = CaseOutcome(
            subject: .fake(), record: LoadRecord(), idle: nil, before: nil, after: nil, publisherLag: nil,
            published: nil, kernelDrops: KernelDrops(counts: ["ListenDrops": 1]))
        #expect(Validity(outcome).areBytesValid && !Validity(outcome).areTimesValid)
    }
}

@Suite("Complaints about a run")
struct CheckTests {
    @Test("a valid row with every item once has no complaint")
    func sound() {
        #expect(Check(row(), wantsEach: true).complaints == [])
    }

    @Test("each complaint is a sentence with the case's name")
    func findings() {
        var row = row()
        (row.valid, row.invalidReason) = (false, "late")
        (row.missed, row.duplicate, row.reordered) = (2, 3, 4)
        #expect(
            Check(row, wantsEach: true).complaints == [
                "a, repeat 2: invalid: late", "a, repeat 2: 2 of 20 items were missed",
                "a, repeat 2: 3 items were duplicates",
                "a, repeat 2: 4 items were out of order",
            ])
    }

    @Test("if clients ask only for the newest item, missed and duplicate items are a result")
    func newestOnly() {
        var row = row()
        (row.missed, row.duplicate, row.reordered) = (2, 3, 4)
        #expect(Check(row, wantsEach: false).complaints == ["a, repeat 2: 4 items were out of order"])
    }

    @Test("a row without results is only invalid")
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
