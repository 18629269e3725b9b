import Glibc
import Host
import NIOCore

/// Pauses accepting when the system has no free descriptor, or when too many accepted connections wait for their event
/// loop. The listening socket stays ready meanwhile, so without a pause its loop would spin.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// Time for other connections or processes to release descriptors.
    static let exhausted = TimeAmount.milliseconds(100)
    /// Time for the loops to handle the connections accepted so far.
    static let ahead = TimeAmount.milliseconds(1)

    private let occupancy: Occupancy
    private let reserve: DescriptorReserve
    private var isPausing = false

    /// `reserve`: descriptors held back; they are released while accepting pauses because descriptors ran out.
    init(_ occupancy: Occupancy, reserve: DescriptorReserve) {
        self.occupancy = occupancy
        self.reserve = reserve
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !occupancy.connectionAccepted() { pause(context, for: Self.ahead) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, Self.isExhaustion(error.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        reserve.release()
        pause(context, for: Self.exhausted)
    }

    /// Whether `accept` failed because a resource ran out that others may release.
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
            // First, so that no connection takes the reserved descriptors.
            if channel.isActive { self.reserve.refill() }
            // No effect if the server stops: the channel is closed then.
            _ = channel.setOption(.autoRead, value: true)
        }
    }
}
