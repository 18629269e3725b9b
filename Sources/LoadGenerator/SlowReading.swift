import Measurement
import NIOCore
import NIOPosix

/// How a client reads slowly: a few bytes per period, from a socket whose buffer is small.
///
/// With the usual buffer, the kernel of the client would take some hundred kB before the server notices.
enum SlowReading {
    static let period = Duration.milliseconds(100)
    static let socketBuffer = 16 << 10

    /// Bytes per period.
    static func portion(bytesPerSecond: Int) -> Int {
        max(1, Int((Double(bytesPerSecond) * period.seconds).rounded()))
    }
}

extension ClientBootstrap {
    /// A connection that reads only when asked to.
    func slowed(_ isSlow: Bool) -> ClientBootstrap {
        if !isSlow { return self }
        return channelOption(.socketOption(.so_rcvbuf), value: .init(SlowReading.socketBuffer))
            .channelOption(.autoRead, value: false)
    }
}
