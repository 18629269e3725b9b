import HTTP
import Host
import Transports

/// What the page needs before it starts, for `/page/setup.json` and the content security policy.
struct PageFacts: Sendable {
    struct Lane: Sendable, Encodable {
        let transport: String
        let port: Int
    }

    let lanes: [Lane]
    let usesTLS: Bool
    /// The feed as the user wrote it.
    let feed: String
    /// As in ``PageConfiguration/addresses``.
    let addresses: @Sendable (_ port: Int) -> [String]
    let pagePort: PagePort

    struct Answer: Sendable, Encodable {
        struct Feed: Sendable, Encodable {
            let source: String
            /// Whether the page's controls can change it.
            let controls: Bool
        }

        let addresses: [String]
        let feed: Feed
        let http2: Bool
        let lanes: [Lane]
        let mayControl: Bool
        let tls: Bool
        let version: String
    }

    func answer(mayControl: Bool, state: ControlState) -> Answer {
        Answer(
            addresses: pagePort.number.map(addresses) ?? [],
            feed: Answer.Feed(source: feed, controls: state.rate != nil),
            // Browsers use HTTP/2 only with TLS, and the server offers it then.
            http2: usesTLS, lanes: lanes, mayControl: mayControl, tls: usesTLS, version: ProgramVersion.current)
    }

    /// The origins of the lanes, for a page that was requested under this host name.
    func origins(for head: RequestHead) -> [String] {
        let name = head.host.flatMap { Self.name(in: head.text($0)) } ?? "*"
        return lanes.map { "\(usesTLS ? "https" : "http")://\(name):\($0.port)" }
    }

    // A content security policy has no form for IPv6 addresses (CSP 3 §2.3.1); with a wildcard, the port still counts.
    private static func name(in host: String) -> String? {
        let name = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let isSafe = name.utf8.allSatisfy { byte in
            byte < 0x80 && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
        return isSafe && !name.isEmpty ? String(name) : nil
    }
}
