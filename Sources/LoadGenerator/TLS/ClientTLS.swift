import NIOCore
import NIOSSL

/// TLS settings of the native clients.
struct ClientTLS: Sendable {
    private let context: NIOSSLContext
    // The server chooses its certificate by this name. It must be a host name, not an address (RFC 6066 §3).
    private let serverName: String?

    /// - Throws: ``TrustFault`` if the CA certificates cannot be read.
    init(trusting trust: TLSTrust, host: String, protocols: [String] = []) throws(TrustFault) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        // The same key exchange as libcurl's TLS. A post-quantum one would add 2 KiB per handshake, which is not a
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

/// Why TLS cannot be set up, as a sentence.
struct TrustFault: Error, CustomStringConvertible {
    let description: String
}

/// Which certificates the clients of a load process trust.
package enum TLSTrust: Codable, Sendable, Hashable {
    /// Those signed by this machine's CAs.
    case system
    /// Only those signed by these CAs, in PEM.
    case authority(pem: String)
    /// All: encrypted, but not authenticated.
    case anyone
}
