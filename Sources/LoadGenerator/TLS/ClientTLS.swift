import NIOCore
import NIOSSL

/// How the native clients speak TLS.
struct ClientTLS: Sendable {
    private let context: NIOSSLContext
    // A name is sent for the server to choose its certificate by; an address must not be (RFC 6066 §3).
    private let serverName: String?

    /// - Throws: ``TrustFault`` if the authorities cannot be read.
    init(trusting trust: TLSTrust, host: String, protocols: [String] = []) throws(TrustFault) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // The key exchange that libcurl's TLS takes too: a post-quantum one adds 2 KiB to a handshake, which is no
        // difference between transports.
        configuration.curves = [.x25519, .secp256r1, .secp384r1]
        configuration.applicationProtocols = protocols
        do {
            switch trust {
            case .system: configuration.trustRoots = .default
            case .authority(let pem):
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pem.utf8)))
            case .anyone: configuration.certificateVerification = .none
            }
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TrustFault(
                description: "the certificates to trust cannot be read; --cacert takes a file of certificates in PEM")
        }
        serverName = (try? SocketAddress(ipAddress: host, port: 0)) == nil ? host : nil
    }

    func makeHandler() throws -> NIOSSLClientHandler {
        try NIOSSLClientHandler(context: context, serverHostname: serverName)
    }
}

/// Why there can be no TLS: a sentence.
struct TrustFault: Error, CustomStringConvertible {
    let description: String
}

/// Whom the clients of a load process trust when they connect with TLS.
package enum TLSTrust: Codable, Sendable, Hashable {
    /// The authorities of this machine.
    case system
    /// These authorities alone, in PEM.
    case authority(pem: String)
    /// Anybody: encrypted, but not authenticated.
    case anyone
}
