/// Encryption of a client's connections, which every transport can have.
package enum Encryption {
    package static let key = OptionKey<Bool>(
        "tls", isOfLab: true, "Encrypt the connections with TLS 1.3 and a certificate that the server signs itself.")
}
