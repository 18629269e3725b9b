/// Whom the clients of a load process trust when they connect with TLS.
package enum TLSTrust: Codable, Sendable, Hashable {
    /// The authorities of this machine.
    case system
    /// These authorities alone, in PEM.
    case authority(pem: String)
    /// Anybody: encrypted, but not authenticated.
    case anyone
}
