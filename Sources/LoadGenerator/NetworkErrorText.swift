import CCurl
import Glibc
import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL

/// Translates errors of the network libraries into sentences: what happened and, if known, what to do.
package enum NetworkErrorText {
    static let untrusted =
        "the server's certificate is not trusted; give the authority that signed it with --cacert FILE, or skip the "
        + "check with --insecure"
    static let otherName =
        "the server's certificate is for another host name; use that name in the URL, or skip the check with --insecure"
    static let notTLS = "the server does not use TLS on this port; an address without TLS begins with http:// or ws://"
    package static let refused = "the connection was refused; no server listens there"
    static let noPort =
        "this machine has no free port for a further connection to that port; widen net.ipv4.ip_local_port_range, use "
        + "fewer clients, or have clients on several hosts with --load-hosts"
    static let maybeTLS = "the server ended the connection without an answer; an address with TLS begins with https://"

    /// The text of an error of SwiftNIO, of its TLS or HTTP/2 library, or of this project.
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            // Without a connection attempt, the name had no address.
            error.connectionErrors.first.map { text($0.error) } ?? "the host name is unknown"
        case let error as IOError: text(ofErrorNumber: error.errnoCode)
        case let error as ChannelError: text(of: error)
        case let error as NIOSSLError: text(of: error)
        case let error as BoringSSLError: text(of: error)
        case let error as NIOSSLExtraError:
            error == .failedToValidateHostname ? otherName : "TLS failed"
        case is any NIOHTTP2Error: "the server violated the HTTP/2 protocol"
        case let error as any CustomStringConvertible: error.description
        default: "the connection failed"
        }
    }

    private static func text(ofErrorNumber number: Int32) -> String {
        switch number {
        case ECONNREFUSED: refused
        case EADDRNOTAVAIL: noPort
        default: String(cString: strerror(number))
        }
    }

    private static func text(of error: ChannelError) -> String {
        switch error {
        case .connectTimeout(let amount): "there was no answer within \(amount.nanoseconds / 1_000_000_000) s"
        case .eof, .ioOnClosedChannel, .alreadyClosed, .inputClosed, .outputClosed: "the connection was closed"
        default: "the connection failed"
        }
    }

    private static func text(of error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let reason): text(of: reason)
        case .unableToValidateCertificate: untrusted
        case .uncleanShutdown: "the server ended the connection without a TLS closing alert"
        default: "TLS failed"
        }
    }

    private static func text(of error: BoringSSLError) -> String {
        // The library gives its reasons only as text.
        let reasons = "\(error)"
        if reasons.contains("CERTIFICATE_VERIFY_FAILED") { return untrusted }
        if reasons.contains("WRONG_VERSION_NUMBER") || reasons.contains("HTTP_REQUEST") { return notTLS }
        if reasons.contains("EOF during handshake") { return "the server ended the connection in the TLS handshake" }
        return "the TLS handshake with the server failed"
    }

    /// The text of the code that a libcurl transfer ended with; `patience` is the time limit for its answer, and
    /// `errorNumber` the system's error, if there was one.
    static func text(
        _ code: CURLcode, encrypts: Bool, patience: Duration? = nil, errorNumber: Int = 0
    ) -> String {
        let within = patience.map { " within \($0.components.seconds) s" } ?? " in time"
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return "the host name is unknown"
        case CURLE_COULDNT_RESOLVE_PROXY: return "no address of the proxy's name is known"
        case CURLE_COULDNT_CONNECT: return errorNumber == Int(EADDRNOTAVAIL) ? noPort : refused
        case CURLE_OPERATION_TIMEDOUT:
            return "there was no answer\(within)" + (encrypts ? "; perhaps \(notTLS)" : "")
        case CURLE_PEER_FAILED_VERIFICATION: return untrusted
        case CURLE_SSL_CONNECT_ERROR: return notTLS
        case CURLE_GOT_NOTHING:
            return encrypts ? "the server ended the connection without an answer" : maybeTLS
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR: return "the connection broke"
        case CURLE_PARTIAL_FILE: return "the server ended the connection in the middle of an answer"
        case CURLE_HTTP2, CURLE_HTTP2_STREAM: return "an HTTP/2 stream or connection to the server failed"
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY: return "the server's answer is not HTTP"
        case CURLE_PROXY: return "the proxy did not open a tunnel to the server"
        default: return "libcurl reports: \(String(cString: curl_easy_strerror(code)))"
        }
    }
}
