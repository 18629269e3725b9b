import ArgumentParser
import Arguments
import FeedServer
import Host

/// Whether the server uses TLS, and how clients can trust it.
struct TLSOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Use TLS: self-signed, or CERT,KEY as files in PEM.", valueName: "self-signed|cert,key"),
        transform: TLSChoice.read)
    var tls: TLSChoice?

    @Option(
        help: ArgumentHelp(
            """
            With --tls self-signed: write the certificate to this file, in PEM, before the server listens. Clients \
            trust it with --cacert FILE. An existing file is replaced.
            """, valueName: "file"))
    var tlsCertificateOut: String?

    @Option(
        help: ArgumentHelp(
            """
            With --tls: append the secrets of all TLS connections to this file, as SSLKEYLOGFILE, so that Wireshark \
            shows what they carry. Anyone with the file can read recorded connections.
            """, valueName: "file"))
    var tlsKeyLog: String?

    func validate() throws {
        if let tlsKeyLog {
            try require(tls != nil, "--tls-key-log is given, which needs --tls")
            try require(!tlsKeyLog.isEmpty, "--tls-key-log is empty; allowed the name of a file")
        }
        guard let tlsCertificateOut else { return }
        try require(tls == .selfSigned, "--tls-certificate-out is given, which needs --tls self-signed")
        try require(!tlsCertificateOut.isEmpty, "--tls-certificate-out is empty; allowed the name of a file")
    }

    /// - Parameter host: The address that the server listens on.
    /// - Returns: `nil` without TLS.
    /// - Throws: ``Failure`` if a file cannot be read or written.
    func certificate(host: String) throws -> ServerCertificate? {
        var certificate = try tls?.certificate(host: host)
        if let tlsKeyLog {
            do throws(FileFault) {
                certificate?.keyLog = try TLSKeyLog(appendingTo: tlsKeyLog)
            } catch {
                throw Failure("--tls-key-log: \(error)", code: .usage)
            }
        }
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
