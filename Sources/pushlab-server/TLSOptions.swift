import ArgumentParser
import Arguments
import FeedServer
import Host

/// Whether the server uses TLS, and how clients can trust it.
struct TLSOptions: ParsableArguments {
    @Option(help: "Use TLS: self-signed, or CERT,KEY as files in PEM.", transform: TLSChoice.read)
    var tls: TLSChoice?

    @Option(
        help: """
            With --tls self-signed: write the certificate to this file, in PEM, before the server listens. Clients \
            trust it with --cacert FILE. An existing file is replaced.
            """)
    var tlsCertificateOut: String?

    func validate() throws {
        guard let tlsCertificateOut else { return }
        try require(tls == .selfSigned, "--tls-certificate-out goes with --tls self-signed only")
        try require(!tlsCertificateOut.isEmpty, "--tls-certificate-out is empty; allowed is the name of a file")
    }

    /// - Throws: ``Failure`` if a file cannot be read or written.
    func certificate() throws -> ServerCertificate? {
        let certificate = try tls?.certificate()
        if let tlsCertificateOut, let authority = certificate?.authority {
            do throws(FileFault) {
                try AtomicFile.write(authority, to: tlsCertificateOut)
            } catch {
                throw Failure("--tls-certificate-out: \(error)", code: .usage)
            }
        }
        return certificate
    }
}
