import ArgumentParser
import Arguments
import Host
import LoadGenerator

/// Which certificates a command accepts when it connects with TLS.
struct TrustOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Trust the certificate authorities in this file (PEM) instead of this machine's.", valueName: "file"))
    var cacert: String?

    @Flag(help: "Encrypt without checking the server's certificate.")
    var insecure = false

    func validate() throws {
        if cacert != nil, insecure { throw ValidationError("--cacert and --insecure exclude each other; give one") }
    }

    /// - Parameter address: The server.
    /// - Returns: `nil` for plain TCP.
    /// - Throws: `ValidationError` if an option is given without TLS, ``Failure`` if the file cannot be used.
    func trust(_ address: some TLSAddress) throws -> TLSTrust? {
        guard address.encrypts else {
            if cacert == nil, !insecure { return nil }
            let option = insecure ? "--insecure" : "--cacert"
            throw ValidationError("\(option) needs an address with TLS: \(address.secureText)")
        }
        if insecure { return .anyone }
        guard let cacert else { return .system }
        let bytes: [UInt8]
        do { bytes = try TextFile.readBytes(cacert) } catch { throw Failure("--cacert: \(error)", code: .usage) }
        let pem = String(decoding: bytes, as: UTF8.self)
        guard pem.contains("-----BEGIN CERTIFICATE-----") else {
            throw Failure("--cacert: \(cacert) holds no certificate in PEM", code: .usage)
        }
        return .authority(pem: pem)
    }
}
