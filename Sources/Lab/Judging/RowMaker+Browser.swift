import LoadGenerator
import Measurement
import ResultFiles
import Scenario

/// The row of `browser.csv`.
extension RowMaker {
    /// `nil` if the clients were not pages of a browser.
    var browser: BrowserRow? {
        guard let seen = record.browser else { return nil }
        var row = BrowserRow()
        row.runID = identity.runID
        row.caseID = subject.id
        row.repetition = subject.repetition
        row.transport = subject.transport.name
        row.variant = subject.transport.variant
        row.browser = seen.kind.rawValue
        row.browserVersion = seen.version
        row.userAgent = seen.agent
        row.pages = seen.pages
        row.pageDelayP50Microseconds = seen.pageDelay?.percentile(50).map(Double.init)
        row.pageDelayP99Microseconds = seen.pageDelay?.percentile(99).map(Double.init)
        row.pageDelayMaxMicroseconds = seen.pageDelay?.max.map(Double.init)
        row.clockErrorMicroseconds = seen.clockErrorMicroseconds
        row.clockStepMicroseconds = seen.clockStepMicroseconds
        row.requestHead = seen.requestHead
        return row
    }
}
