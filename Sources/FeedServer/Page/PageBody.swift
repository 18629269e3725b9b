import HTTP
import NIOCore

/// A page that needs the request's body.
struct PageBody: Sendable {
    /// Largest body, in bytes.
    let limit: Int
    /// Makes the answer.
    let answer: @Sendable (ByteBuffer) throws(RequestFault) -> RequestRouter.Answer
}
