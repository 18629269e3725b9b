import WireAccounting

extension ByteLedger {
    /// With a part of the bytes that TLS added to `whole`, in proportion to the other bytes; never more than all.
    func withTLS(of whole: Self) -> Self {
        var result = self
        for direction in Direction.allCases {
            let tls = whole[.tls, direction]
            let plain = whole.tcpPayloadBytes(direction) - tls
            guard tls != 0, plain > 0 else { continue }
            // The product of two counts of a peer's bytes can have more than 64 bits.
            let own = Int128(min(tcpPayloadBytes(direction), plain))
            result.book(Int(clamping: Int128(tls) * own / Int128(plain)), .tls, direction)
        }
        return result
    }
}
