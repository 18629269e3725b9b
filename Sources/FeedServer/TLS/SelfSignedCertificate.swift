import CCrypto

/// A new key pair and its self-signed certificate for loopback addresses, `localhost` and the address that the server
/// listens on, valid for 30 days.
///
/// libcrypto makes both: libcurl needs it anyway, and a Swift package for X.509 would double the build time.
struct SelfSignedCertificate {
    /// The certificate, in PEM. Clients trust it as their only authority.
    let certificate: String
    /// The private key, in PEM. It never leaves the process.
    let key: String

    /// - Parameter host: A further address or name of the server; `nil` for none.
    /// - Throws: ``CertificateFault`` with libcrypto's reason.
    init(host: String? = nil) throws(CertificateFault) {
        let key = try Self.made(pushlab_generate_p256())
        defer { EVP_PKEY_free(key) }
        let certificate = try Self.made(X509_new())
        defer { X509_free(certificate) }
        try Self.check(X509_set_version(certificate, Int(X509_VERSION_3)))
        try Self.setSerialNumber(of: certificate)
        try Self.setNames(of: certificate)
        try Self.setValidity(of: certificate)
        try Self.check(X509_set_pubkey(certificate, key))
        try Self.addExtensions(to: certificate, host)
        // Returns the length of the signature, 0 on failure.
        try Self.check(X509_sign(certificate, key, EVP_sha256()))
        self.certificate = try Self.pem { PEM_write_bio_X509($0, certificate) }
        self.key = try Self.pem { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }
    }

    // RFC 5280 §4.1.2.2: positive, at most 20 bytes.
    private static func setSerialNumber(of certificate: OpaquePointer) throws(CertificateFault) {
        let number = try made(BN_new())
        defer { BN_free(number) }
        try check(BN_rand(number, 159, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY))
        _ = try made(BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)))
    }

    private static func setNames(of certificate: OpaquePointer) throws(CertificateFault) {
        let name = X509_get_subject_name(certificate)
        try check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, "PushLab, self-signed", -1, -1, 0))
        try check(X509_set_issuer_name(certificate, name))
    }

    // From one hour ago, because clocks may differ.
    private static func setValidity(of certificate: OpaquePointer) throws(CertificateFault) {
        _ = try made(X509_gmtime_adj(X509_getm_notBefore(certificate), -3_600))
        _ = try made(X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * 86_400))
    }

    private static func addExtensions(to certificate: OpaquePointer, _ host: String?) throws(CertificateFault) {
        for (kind, value) in [
            (NID_basic_constraints, "critical,CA:TRUE,pathlen:0"),
            (NID_key_usage, "critical,digitalSignature,keyCertSign"),
            (NID_ext_key_usage, "serverAuth"),
            (NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1" + (host.flatMap(Self.name) ?? "")),
        ] {
            let addition = try made(X509V3_EXT_conf_nid(nil, nil, kind, value))
            defer { X509_EXTENSION_free(addition) }
            try check(X509_add_ext(certificate, addition, -1))
        }
    }

    /// A further name for libcrypto's list; `nil` for a text that is neither an address nor a name.
    private static func name(_ host: String) -> String? {
        let isPlain = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-.:".contains($0)) }
        guard isPlain, !host.isEmpty else { return nil }
        let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        return ",\(isAddress ? "IP" : "DNS"):\(host)"
    }

    /// The PEM text that `write` produces.
    private static func pem(_ write: (OpaquePointer) -> Int32) throws(CertificateFault) -> String {
        let memory = try made(BIO_new(BIO_s_mem()))
        defer { BIO_free(memory) }
        try check(write(memory))
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(memory))
        try check(BIO_read(memory, &bytes, Int32(bytes.count)))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func made<Pointer>(_ pointer: Pointer?) throws(CertificateFault) -> Pointer {
        guard let pointer else { throw fault() }
        return pointer
    }

    private static func check(_ status: Int32) throws(CertificateFault) {
        if status <= 0 { throw fault() }
    }

    private static func fault() -> CertificateFault {
        let reason = ERR_reason_error_string(ERR_get_error()).map { String(cString: $0) } ?? "no reason given"
        return CertificateFault(description: "cannot make a self-signed certificate: \(reason)")
    }
}
