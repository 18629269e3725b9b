import Host
import NIOCore
import NIOSSL

/// Why a certificate cannot be used, in one sentence for the user.
package struct CertificateFault: Error, CustomStringConvertible {
    package let description: String
}

/// A server's certificate, its private key and its TLS settings.
package struct ServerCertificate: Sendable {
    /// The certificate chain, the server's certificate first.
    private let chain: [NIOSSLCertificate]
    private let key: NIOSSLPrivateKey
    /// The certificate that clients must trust, in PEM; `nil` for a certificate from files, whose authority the user
    /// knows.
    package let authority: String?
    /// Where the secrets of connections are written; `nil` for nowhere.
    package var keyLog: TLSKeyLog?

    /// Makes a key pair and a self-signed certificate for loopback addresses, `localhost` and a further address or
    /// name, valid for 30 days.
    ///
    /// The key is new at each start and never leaves the process.
    ///
    /// - Throws: ``CertificateFault`` with the reason.
    package static func selfSigned(host: String? = nil) throws(CertificateFault) -> ServerCertificate {
        let made = try SelfSignedCertificate(host: host)
        do {
            return ServerCertificate(
                chain: [try NIOSSLCertificate(bytes: Array(made.certificate.utf8), format: .pem)],
                key: try NIOSSLPrivateKey(bytes: Array(made.key.utf8), format: .pem), authority: made.certificate)
        } catch {
            throw CertificateFault(description: "the self-signed certificate is not usable; use --tls CERT,KEY instead")
        }
    }

    /// Reads a certificate chain and its key, both in PEM.
    ///
    /// - Throws: ``CertificateFault`` that names the file.
    package static func load(certificates: String, key: String) throws(CertificateFault) -> ServerCertificate {
        let texts: (certificates: [UInt8], key: [UInt8])
        // NIOSSL would not say why it cannot read a file.
        do throws(FileFault) {
            texts = (try TextFile.readBytes(certificates), try TextFile.readBytes(key))
        } catch {
            throw CertificateFault(description: error.description)
        }
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMBytes(texts.certificates)
        } catch {
            throw CertificateFault(description: "\(certificates): no readable certificate in PEM format")
        }
        do {
            let key = try NIOSSLPrivateKey(bytes: texts.key, format: .pem)
            return ServerCertificate(chain: chain, key: key, authority: nil)
        } catch {
            throw CertificateFault(description: "\(key): no readable private key in PEM format")
        }
    }

    /// - Throws: ``CertificateFault`` if the private key does not match the certificate.
    func makeContext() throws(CertificateFault) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        // RFC 8996: TLS 1.0 and 1.1 must not be used.
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = Self.suites
        configuration.applicationProtocols = ["h2", "http/1.1"]
        if let keyLog { configuration.keyLogCallback = { keyLog.append($0) } }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw CertificateFault(description: "the private key does not match the certificate")
        }
    }

    // The suites of TLS 1.2 with forward secrecy and authenticated encryption (RFC 9325 §4.2): no CBC, no SHA-1. All
    // suites of TLS 1.3 have both.
    private static let suites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")
}
