internal import Glibc
internal import NIOCore

/// Keeps a listener going when descriptors run out: spends the reserve so that the next client is told 421.
///
/// Event-loop-bound.
final class AcceptGuard: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let reserve: DescriptorReserve

    /// A guard with this reserve.
    init(_ reserve: DescriptorReserve) {
        self.reserve = reserve
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, [EMFILE, ENFILE].contains(error.errnoCode), !reserve.isSpent
        else {
            // The handlers behind wait a second before the next attempt.
            return context.fireErrorCaught(error)
        }
        reserve.spend()
        context.read()
    }
}
