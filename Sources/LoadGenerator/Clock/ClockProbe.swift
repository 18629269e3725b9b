import CCurl
import Foundation
import Host
import Measurement
import Transports

/// Reads a server's clock again and again on one connection. For one thread at a time.
final class ClockProbe {
    private let easy: UnsafeMutableRawPointer
    private let answer: UnsafeMutablePointer<Answer>

    // A longer round trip shows nothing about a clock.
    private static let patience = Duration.seconds(1)
    private static let longestAnswer = 4_096

    private struct Answer {
        var body = Data()
    }

    init(_ probe: ServerProbe) {
        guard let easy = curl_easy_init() else { preconditionFailure("libcurl is out of memory") }
        self.easy = easy
        answer = .allocate(capacity: 1)
        answer.initialize(to: Answer())
        pushlab_easy_set_string(easy, CURLOPT_URL, probe.base + "/clock")
        pushlab_easy_set_string(easy, CURLOPT_PROXY, "")
        pushlab_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        if let tls = probe.tls { CurlTLS.trust(tls, on: easy) }
        pushlab_easy_set_long(easy, CURLOPT_TIMEOUT_MS, Int(Self.patience.nanoseconds / 1_000_000))
        pushlab_easy_set_pointer(easy, CURLOPT_WRITEDATA, answer)
        pushlab_easy_set_write_function(easy) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let answer = context.assumingMemoryBound(to: Answer.self)
            guard answer.pointee.body.count + size * count <= ClockProbe.longestAnswer else { return 0 }
            let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
            answer.pointee.body.append(piece.bindMemory(to: UInt8.self))
            return size * count
        }
    }

    deinit {
        curl_easy_cleanup(easy)
        answer.deinitialize(count: 1)
        answer.deallocate()
    }

    /// One exchange; `nil` without an answer of a PushLab server.
    func read() -> (exchange: ClockExchange, reading: ClockReading)? {
        answer.pointee.body.removeAll(keepingCapacity: true)
        let sent = MonotonicClock.now()
        let result = curl_easy_perform(easy)
        let received = MonotonicClock.now()
        var status = 0
        pushlab_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        guard result == CURLE_OK, status == 200,
            let reading = try? JSONDecoder().decode(ClockReading.self, from: answer.pointee.body),
            reading.isWithinRange,
            let exchange = ClockExchange(
                sent: sent, server: MonotonicInstant(nanoseconds: reading.monotonicNanoseconds), received: received)
        else { return nil }
        return (exchange, reading)
    }
}

extension ServerProbe {
    /// Exchanges with the server's clock, to compare it with that of this host.
    ///
    /// - Parameters:
    ///   - count: Their number.
    ///   - identity: The clock of the server; exchanges with another one are left out.
    /// - Returns: Fewer, or none, if the server does not answer each.
    package func clockExchanges(_ count: Int, with identity: String) -> [ClockExchange] {
        let probe = ClockProbe(self)
        // The first one opens the connection.
        _ = probe.read()
        var exchanges: [ClockExchange] = []
        for _ in 0..<count {
            guard let (exchange, reading) = probe.read(), reading.clock == identity else { break }
            exchanges.append(exchange)
        }
        return exchanges
    }
}
