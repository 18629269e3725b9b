import CCurl
import Foundation
import Host
import Measurement
import Transports

/// Queries a server's status and schedule outside the measured path, with one blocking request per call.
package struct ServerProbe: Sendable {
    let base: String
    let tls: TLSTrust?

    /// - Parameters:
    ///   - host: Name or address of the server.
    ///   - port: Its port.
    ///   - tls: Trusted certificates if the server uses TLS; `nil` for plain HTTP.
    package init(host: String, port: Int, tls: TLSTrust? = nil) {
        base = "\(tls == nil ? "http" : "https")://\(URLAuthority.text(host: host, port: port))"
        self.tls = tls
    }

    /// Queries the server that a plan's clients connect to, without their proxy.
    package init(_ target: LoadTarget) {
        self.init(host: target.host, port: target.port, tls: target.tls)
    }

    package func status() throws -> ServerStatus {
        let status: ServerStatus = try get("/stats")
        if let field = status.fieldOutOfRange { throw ProbeFault.outOfRange(url: base + "/stats", field: field) }
        return status
    }

    /// Due and published times of all items of a range, fetched page by page.
    package func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        var entries: [PublicationSchedule.Entry] = []
        var next = first
        while next <= last {
            let page = try schedulePage(from: next, to: last)
            guard let newest = page.last?.sequence else { break }
            entries += page
            next = newest + 1
        }
        return entries
    }

    /// The first of these entries, up to one response.
    func schedulePage(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        let path = "/feed/schedule?from=\(first)&to=\(last)"
        let page: PublicationSchedule = try get(path)
        guard page.isAnswer(from: first) else { throw ProbeFault.outOfRange(url: base + path, field: "items") }
        return page.items
    }

    /// - Throws: ``ProbeFault/unreachable(url:reason:)`` if no server answers; any HTTP response counts as an answer.
    package func checkReachable() throws {
        _ = try fetch(base + "/healthz")
    }

    /// Connects, without a request: a third-party server may answer none at the paths of PushLab's.
    ///
    /// - Throws: ``ProbeFault/unreachable(url:reason:)`` if no server listens there, or if TLS fails.
    package func checkListening() throws {
        _ = try fetch(base, connectsOnly: true)
    }

    /// The body of one long poll; empty if no item was published.
    package func longPoll(after cursor: UInt64, hold: Duration) throws -> Data {
        let url = "\(base)\(LongPolling.entrance.text)?after=\(cursor)&hold=\(hold.quantityText)"
        let (status, body) = try fetch(url)
        if status != 200, status != 204 { throw ProbeFault.refused(url: url, status: status) }
        return body
    }

    private func get<Answer: Decodable>(_ path: String) throws -> Answer {
        let url = base + path
        let (status, body) = try fetch(url)
        if status != 200 { throw ProbeFault.refused(url: url, status: status) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: body) else {
            throw ProbeFault.unreadable(url: url)
        }
        return answer
    }

    private func fetch(_ url: String, connectsOnly: Bool = false) throws -> (status: Int, body: Data) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
        defer { curl_easy_cleanup(easy) }
        var answer = Answer()
        pushlab_easy_set_string(easy, CURLOPT_URL, url)
        pushlab_easy_set_string(easy, CURLOPT_PROXY, "")
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        if let tls { CurlTLS.trust(tls, on: easy) }
        if connectsOnly { pushlab_easy_set_long(easy, CURLOPT_CONNECT_ONLY, 1) }
        pushlab_easy_set_long(easy, CURLOPT_TIMEOUT_MS, Int(Self.patience.nanoseconds / 1_000_000))
        pushlab_easy_set_write_function(easy) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let answer = context.assumingMemoryBound(to: Answer.self)
            return answer.pointee.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }
        let result = withUnsafeMutablePointer(to: &answer) { pointer in
            pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, pointer)
            return curl_easy_perform(easy)
        }
        if answer.isTooLong { throw ProbeFault.tooLong(url: url) }
        guard result == CURLE_OK else {
            throw ProbeFault.unreachable(
                url: url, reason: NetworkErrorText.text(result, encrypts: tls != nil, patience: Self.patience))
        }
        var status = 0
        pushlab_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return (status, answer.body)
    }

    private static let patience = Duration.seconds(5)

    // Twice the largest response of a PushLab server, a batch of items.
    fileprivate static let longestAnswer = 16 << 20

    private struct Answer {
        var body = Data()
        var isTooLong = false

        mutating func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
            isTooLong = isTooLong || body.count + bytes.count > longestAnswer
            if !isTooLong { body.append(bytes.bindMemory(to: UInt8.self)) }
            return !isTooLong
        }
    }
}

/// Why a query failed.
package enum ProbeFault: Error, CustomStringConvertible {
    case unreachable(url: String, reason: String)
    case refused(url: String, status: Int)
    case unreadable(url: String)
    case outOfRange(url: String, field: String)
    case tooLong(url: String)

    /// Whether a PushLab server answered, but wrongly; all other faults may come from a third-party server.
    package var isBrokenStatus: Bool {
        switch self {
        case .outOfRange, .tooLong: true
        case .unreachable, .refused, .unreadable: false
        }
    }

    package var description: String {
        switch self {
        case .unreachable(let url, let reason): "\(url) cannot be reached: \(reason)"
        case .refused(let url, let status): "\(url) answered \(status), not 200"
        case .unreadable(let url): "\(url) answered without the JSON of this PushLab version"
        case .outOfRange(let url, let field): "\(url) answered with a value out of range in \(field)"
        case .tooLong(let url):
            "\(url) answered more than \(ServerProbe.longestAnswer) B; a PushLab server answers less"
        }
    }
}
