import ArgumentParser
import Arguments
import FeedServer

/// The value of `--tls`: `self-signed`, or the files of a certificate chain and its key.
enum TLSChoice: Equatable {
    case selfSigned
    case files(certificates: String, key: String)

    static func read(_ text: String) throws -> TLSChoice {
        if text == "self-signed" { return .selfSigned }
        let files = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard files.count == 2, files.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("allowed self-signed, or CERT,KEY (two files in PEM)")
        }
        return .files(certificates: files[0], key: files[1])
    }

    /// - Parameter host: The address that the server listens on.
    /// - Returns: The certificate with its key.
    /// - Throws: ``Failure`` if a file cannot be read, or if no certificate can be made.
    func certificate(host: String) throws -> ServerCertificate {
        do {
            switch self {
            case .selfSigned: return try ServerCertificate.selfSigned(host: host)
            case .files(let certificates, let key):
                return try ServerCertificate.load(certificates: certificates, key: key)
            }
        } catch {
            throw Failure("--tls: \(error)", code: .usage)
        }
    }
}
