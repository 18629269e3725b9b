import CCurl
import Foundation
import Measurement
import Transports

/// Asks a server about itself, outside the measured path: one blocking request each.
package struct ServerProbe: Sendable {
    package enum Fault: Error, CustomStringConvertible {
        case unreachable(url: String, reason: String)
        case refused(url: String, status: Int)
        case unreadable(url: String)
        case oversized(url: String)

        package var description: String {
            switch self {
            case .unreachable(let url, let reason): "\(url) cannot be reached: \(reason)"
            case .refused(let url, let status): "\(url) answered \(status), not 200"
            case .oversized(let url):
                "\(url) answered more than \(ServerProbe.maximumBodyBytes) B; a PushLab server answers less"
            case .unreadable(let url): "\(url) answered what is not this version's JSON"
            }
        }
    }

    // Twice the largest answer that a PushLab server gives: a poll's batch.
    private static let maximumBodyBytes = 16 << 20

    private let base: String
    private let tls: TLSTrust?

    /// - Parameters:
    ///   - host: Name or address of the server.
    ///   - port: Its port.
    ///   - tls: Whom to trust where the server speaks TLS; `nil` for plain HTTP.
    package init(host: String, port: Int, tls: TLSTrust? = nil) {
        base = "\(tls == nil ? "http" : "https")://\(URLAuthority.text(host: host, port: port))"
        self.tls = tls
    }

    /// The server that a plan is for.
    package init(_ plan: LoadPlan) {
        self.init(host: plan.host, port: plan.port, tls: plan.tls)
    }

    package func status() throws -> ServerStatus {
        try get("/stats")
    }

    /// The publication of every item of a range, page by page.
    package func schedule(from first: UInt64, to last: UInt64) throws -> [PublicationSchedule.Entry] {
        var entries: [PublicationSchedule.Entry] = []
        var next = first
        while next <= last {
            let page: PublicationSchedule = try get("/feed/schedule?from=\(next)&to=\(last)")
            guard let newest = page.items.last?.sequence else { break }
            entries += page.items
            next = newest + 1
        }
        return entries
    }

    /// - Throws: ``Fault/unreachable(url:reason:)`` if nobody answers there; any HTTP answer will do.
    package func checkReachable() throws {
        _ = try fetch(base + "/healthz")
    }

    /// The body of one long poll; empty if nothing came.
    package func longPoll(after cursor: UInt64, hold: Duration) throws -> Data {
        let url = "\(base)/long-poll?after=\(cursor)&hold=\(hold.quantityText)"
        let (status, body) = try fetch(url)
        if status != 200, status != 204 { throw Fault.refused(url: url, status: status) }
        return body
    }

    private func get<Answer: Decodable>(_ path: String) throws -> Answer {
        let url = base + path
        let (status, body) = try fetch(url)
        if status != 200 { throw Fault.refused(url: url, status: status) }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: body) else { throw Fault.unreadable(url: url) }
        return answer
    }

    private func fetch(_ url: String) throws -> (status: Int, body: Data) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
        defer { curl_easy_cleanup(easy) }
        var body = Data()
        pushlab_easy_set_string(easy, CURLOPT_URL, url)
        pushlab_easy_set_string(easy, CURLOPT_PROXY, "")
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        if let tls { CurlTLS.trust(tls, on: easy) }
        pushlab_easy_set_long(easy, CURLOPT_TIMEOUT_MS, 5_000)
        pushlab_easy_set_write_function(easy) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let body = context.assumingMemoryBound(to: Data.self)
            // libcurl ends the transfer when less is taken than it gave.
            if body.pointee.count + size * count > ServerProbe.maximumBodyBytes { return 0 }
            body.pointee.append(
                UnsafeRawBufferPointer(start: bytes, count: size * count).bindMemory(to: UInt8.self))
            return size * count
        }
        let result = withUnsafeMutablePointer(to: &body) { pointer in
            pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, pointer)
            return curl_easy_perform(easy)
        }
        if result == CURLE_WRITE_ERROR { throw Fault.oversized(url: url) }
        guard result == CURLE_OK else {
            throw Fault.unreachable(url: url, reason: String(cString: curl_easy_strerror(result)))
        }
        var status = 0
        pushlab_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        return (status, body)
    }
}

extension ServerProbe {
    /// Sequence of the last item that the clients of a plan should have, asked once its window is over.
    ///
    /// A feed that ends is waited for: its last item may be due at the very end of the window.
    ///
    /// - Returns: `nil` if the server is of another make and does not tell.
    package func lastSequence(_ plan: LoadPlan) async throws -> UInt64? {
        if !plan.waitsForFeedEnd { return (try? status())?.newest }
        var status = try status()
        while !status.feedEnded {
            try await Task.sleep(for: .milliseconds(5))
            status = try self.status()
        }
        return status.newest
    }
}
