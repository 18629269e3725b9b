import ArgumentParser
import Arguments
import Host
import LoadGenerator

/// Which certificates a command accepts when it connects with TLS.
struct TrustOptions: ParsableArguments {
    @Option(help: "Trust the certificate authorities in this file (PEM) instead of this machine's.")
    var cacert: String?

    @Flag(help: "Encrypt without checking the server's certificate.")
    var insecure = false

    func validate() throws {
        if cacert != nil, insecure { throw ValidationError("--cacert and --insecure exclude each other; give one") }
    }

    /// - Parameter encrypts: Whether the server's address asks for TLS.
    /// - Returns: `nil` for plain TCP.
    /// - Throws: `Failure` if the file cannot be read, or if an option is given without TLS.
    func trust(encrypts: Bool) throws -> TLSTrust? {
        guard encrypts else {
            if cacert == nil, !insecure { return nil }
            throw Failure("--cacert and --insecure need an address with TLS: https:// or wss://", code: .usage)
        }
        if insecure { return .anyone }
        guard let cacert else { return .system }
        guard let pem = TextFile.read(cacert) else { throw Failure("\(cacert) cannot be read", code: .usage) }
        guard pem.contains("-----BEGIN CERTIFICATE-----") else {
            throw Failure("\(cacert) holds no certificate in PEM", code: .usage)
        }
        return .authority(pem: pem)
    }
}
