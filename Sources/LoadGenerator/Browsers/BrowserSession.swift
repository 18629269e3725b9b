import Host
import Measurement
import NIOCore

/// A browser under control: makes pages and evaluates JavaScript in them.
struct BrowserSession: Sendable {
    private let connection: ControlConnection
    private let kind: BrowserKind

    private static let questions = 20
    private static let loadTimeout = Duration.seconds(20)

    /// - Throws: ``BrowserFault``.
    static func open(_ browser: BrowserPlan, on eventLoop: any EventLoop) async throws -> BrowserSession {
        let connection = try await ControlConnection.open(browser, on: eventLoop)
        try await connection.call(.begin)
        return BrowserSession(connection: connection, kind: browser.kind)
    }

    /// Makes a page and loads a URL in it.
    ///
    /// - Returns: The page, as ``evaluate(_:in:)`` needs it.
    /// - Throws: ``BrowserFault``.
    func makePage(_ url: String) async throws -> String {
        let made = try await connection.call(.makePage(url: url))
        guard let target = made?.page else { throw BrowserFault("the browser made no page") }
        let page = try await connection.call(.attach(target: target))?.page ?? target
        try await connection.call(.load(url: url, page: page))
        // DevTools does not wait for the page, and it may still be the empty one.
        let deadline = MonotonicClock.now() + Self.loadTimeout
        while try await evaluate(#"document.readyState + " " + location.href"#, in: page) != "complete \(url)" {
            if MonotonicClock.now() >= deadline { throw BrowserFault("the browser did not load \(url)") }
            try await Task.sleep(for: .milliseconds(20))
        }
        return page
    }

    /// Evaluates JavaScript whose value is a text.
    ///
    /// - Throws: ``BrowserFault``.
    func evaluate(_ expression: String, in page: String) async throws -> String {
        guard let value = try await connection.call(.evaluate(expression, page: page))?.value else {
            throw BrowserFault("the browser gave no text for a page's script")
        }
        return value
    }

    /// Relates the page's clock to that of this host.
    ///
    /// - Throws: ``BrowserFault``.
    func clock(of page: String) async throws -> PageClock {
        var clock = PageClock()
        for _ in 0..<Self.questions {
            let asked = MonotonicClock.now()
            let text = try await evaluate("pushlab.now()", in: page)
            let answered = MonotonicClock.now()
            if let reading = Int64(text) { clock.add(asked: asked, answered: answered, page: reading) }
        }
        return clock
    }

    func close() async { await connection.close() }
}
