import NIOCore

/// Stands before the decoder, counts what goes into it, and throws bytes away once the connection is closing.
///
/// The decoder's own limits count names and values. Spaces around a value, empty lines before a request and chunk
/// extensions slip past them while the decoder may have to keep them, so bytes that lead to nothing are counted here.
final class InputGuard: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: HTTPConnectionHandler

    init(_ connection: HTTPConnectionHandler) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard connection.willDecode(byteCount: unwrapInboundIn(data).readableBytes) else { return }
        context.fireChannelRead(data)
        connection.didDecode()
    }
}
