extension ByteLedger {
    /// Books what HTTP/2 added to what its DATA frames carried, which is booked by whoever reads it.
    ///
    /// - Parameters:
    ///   - tally: Of connections that have ended, whose every other byte is booked here or by TLS.
    ///   - heads: The layer of the frames that carry heads.
    package mutating func book(_ tally: HTTP2Tally, headsAs heads: ByteLayer = .httpHead) {
        book(tally.up, .up, headsAs: heads)
        book(tally.down, .down, headsAs: heads)
    }

    private mutating func book(_ tally: HTTP2FrameTally, _ direction: Direction, headsAs heads: ByteLayer) {
        book(Int(tally.headBytes), heads, direction)
        book(Int(tally.framingBytes + tally.unfinishedBytes), .framing, direction)
        book(Int(tally.setupBytes), .handshake, direction)
    }

    /// Books as framing what the kernel counted beyond what is booked: of connections whose heads and frame headers
    /// nobody tells apart. There the kernel is no witness any more.
    package mutating func bookRemainder(of kernel: KernelCount) {
        book(Int(kernel.bytesUp - tcpPayloadBytes(.up)), .framing, .up)
        book(Int(kernel.bytesDown - tcpPayloadBytes(.down)), .framing, .down)
    }
}
