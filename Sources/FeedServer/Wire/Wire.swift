import NIOCore
import WireAccounting

/// What carries a connection's bytes: a plain socket, or TLS.
protocol Wire: AnyObject {
    /// Decides what the connection does; changes when the connection turns out to speak HTTP/2.
    var user: any WireUser { get set }

    /// Whether the peer takes bytes as fast as they are written. While it does not, nothing is read from it: its
    /// requests would cost memory without end.
    var isWritable: Bool { get }

    /// Bytes that wait until the peer takes them.
    var unwrittenBytes: Int { get }

    /// The socket, if what is written to it now follows all that was sent; `nil` with TLS, or while bytes wait.
    var clearSocket: Int32? { get }

    /// Writes bytes at once, as far as the peer takes them, and the rest later. With TLS they are one record.
    func send(_ bytes: ByteBuffer)

    /// Whether bytes are read from the peer.
    func setReading(_ isOn: Bool)

    /// Closes our half once everything is written.
    func closeOutput()

    /// Closes both halves once everything is written.
    func closeOnceWritten()

    /// Closes both halves now.
    ///
    /// `isOrderly`: false after a reset.
    func closeNow(isOrderly: Bool)

    /// The kernel's counters now; `nil` once the socket is closed.
    func countNow() -> KernelCount?
}

/// What uses a ``Wire``: gets its events on the event loop, never within a call of the wire, except ``ended(_:)``.
protocol WireUser: AnyObject {
    /// Whether the kernel's counters are read before the socket is closed.
    var isCounted: Bool { get }

    /// Bytes have arrived. They share memory with bytes of other connections: copy what is kept.
    func received(_ bytes: ByteBuffer)

    /// All bytes that a read has brought are received.
    func readComplete()

    /// The peer has closed its half.
    func inputEnded()

    /// Our half is closed, and everything is written.
    func outputEnded()

    /// ``Wire/isWritable`` has become true again; with TLS also: it has become false.
    func writabilityChanged()

    /// The connection broke, for example by a reset.
    func broke()

    /// Both halves are closed, and the socket too.
    ///
    /// `count`: the kernel's counters, read last before the end; `nil` if they were not read.
    func ended(_ count: KernelCount?)
}
