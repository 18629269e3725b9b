import Glibc
import NIOCore

/// Stops accepting for a while when the system has no descriptor left, or more connections are accepted than the loops
/// have looked at. The socket stays ready meanwhile, so a loop that only waited for it would never sleep.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    // Until others may have given something back.
    private static let exhausted = TimeAmount.milliseconds(100)
    // Until the loops have looked at what is there.
    private static let ahead = TimeAmount.milliseconds(1)

    private let occupancy: Occupancy
    private var isPausing = false

    init(_ occupancy: Occupancy) {
        self.occupancy = occupancy
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !occupancy.connectionAccepted() { pause(context, for: Self.ahead) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.isExhaustion(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        pause(context, for: Self.exhausted)
    }

    /// Whether `accept` failed for want of something that others may give back.
    static func isExhaustion(_ code: Int32) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    private func pause(_ context: ChannelHandlerContext, for time: TimeAmount) {
        if isPausing { return }
        isPausing = true
        let channel = context.channel
        _ = channel.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) {
            self.isPausing = false
            // Once the server stops the channel is closed, and this does nothing.
            _ = channel.setOption(.autoRead, value: true)
        }
    }
}
