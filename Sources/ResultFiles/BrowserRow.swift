/// The browser whose pages were the clients of one run: a row of `browser.csv`.
package struct BrowserRow: CSVRow {
    package var runID: String = ""
    package var caseID: String = ""
    package var repetition: Int = 0
    package var transport: String = ""
    package var variant: String = ""
    package var browser: String = ""
    package var browserVersion: String = ""
    package var userAgent: String = ""
    package var pages: Int = 0
    package var pageDelayP50Microseconds: Double?
    package var pageDelayP99Microseconds: Double?
    package var pageDelayMaxMicroseconds: Double?
    package var clockErrorMicroseconds: Int?
    package var clockStepMicroseconds: Int?
    package var requestHead: String = ""

    package init() {}

    package static let table = CSVTable<BrowserRow>(
        fileName: "browser.csv",
        summary: "One row per run with a browser.",
        key: ["run_id", "case_id", "repeat"],
        fields: identity + measured
    )

    private static let identity: [CSVField<BrowserRow>] = [
        .always(
            "run_id", \.runID,
            "Identifier of the run: its start time (UTC) and seed, as in the name of its folder."),
        .always("case_id", \.caseID, "Identifier of the case, as in `summary.csv`."),
        .always("repeat", \.repetition, within: .fromOne, "Repeat of the case, counted from 1."),
        .always("transport", \.transport, "Name of the transport."),
        .name("variant", \.variant, empty: "never with a browser", "Begins with `browser-` and the browser."),
        .always("browser", \.browser, "`chromium` or `firefox`."),
        .name("browser_version", \.browserVersion, empty: "the browser prints none", "Version of the browser."),
        .name(
            "user_agent", \.userAgent, empty: "no page was made", "Name of the browser in requests (`User-Agent`)."),
        .always("pages", \.pages, within: .fromZero, "Number of pages; each is a client."),
    ]

    private static let measured: [CSVField<BrowserRow>] = [
        delay("p50", \.pageDelayP50Microseconds, "median"),
        delay("p99", \.pageDelayP99Microseconds, "99th percentile"),
        delay("max", \.pageDelayMaxMicroseconds, "longest"),
        .maybe(
            "clock_error_us", \.clockErrorMicroseconds, unit: "us", within: .fromZero,
            empty: "a page's clock could not be read",
            "Largest error of a page's clock, also of the latencies in `summary.csv`: half of the fastest round trip "
                + "to it and its step; of the worst page."),
        .maybe(
            "clock_step_us", \.clockStepMicroseconds, unit: "us", within: .fromZero,
            empty: "a page's clock could not be read",
            "Smallest difference between two readings of a page's clock; of the worst page."),
        .name(
            "request_head", \.requestHead, empty: "no request was made",
            "Headers of the first request for items as the browser sent them, with a line per field."),
    ]

    private static func delay(
        _ name: String, _ path: any WritableKeyPath<BrowserRow, Double?> & Sendable, _ what: String
    ) -> CSVField<BrowserRow> {
        .maybe(
            "page_delay_\(name)_us", path, unit: "us", within: .fromZero,
            empty: "more items arrived in a page than at its connections, or none",
            "From the arrival of an item at this host until the page's script has it: \(what).")
    }
}
