extension ByteLedger {
    /// Books what HTTP/2 added to what its DATA frames carried, which is booked by whoever reads it.
    ///
    /// - Parameter tally: Of whole connections, whose every other byte is booked here or by TLS.
    package mutating func book(_ tally: HTTP2Tally) {
        book(tally.up, .up)
        book(tally.down, .down)
    }

    private mutating func book(_ tally: HTTP2FrameTally, _ direction: Direction) {
        book(Int(tally.headBytes), .httpHead, direction)
        book(Int(tally.framingBytes), .framing, direction)
        book(Int(tally.setupBytes), .handshake, direction)
    }

    /// Books as framing what the kernel counted beyond what is booked: of connections whose heads and frame headers nobody
    /// tells apart. There the kernel is no witness any more.
    package mutating func bookRemainder(of kernel: KernelCount) {
        book(Int(kernel.bytesUp - tcpPayloadBytes(.up)), .framing, .up)
        book(Int(kernel.bytesDown - tcpPayloadBytes(.down)), .framing, .down)
    }
}
