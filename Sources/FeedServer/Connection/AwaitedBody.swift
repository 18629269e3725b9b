import HTTP
import NIOCore
import Transports

/// A request whose body is being read, and the use of that body. A class, because few connections have one: it takes no
/// memory of the others.
final class AwaitedBody {
    enum Use {
        /// The body is an item from outside.
        case publish(PublishPage)
        /// The body is echoed.
        case echo
        /// The body belongs to a request for one of the server's pages.
        case page(PageBody)
    }

    var head: RequestHead
    let use: Use
    var body: RequestBody
    /// Memory for the incomplete messages and bodies of all clients; `nil` without a limit.
    let memory: MemoryBudget?
    // Memory of a body that arrived in parts.
    private var share: MemoryShare?

    init(head: RequestHead, use: Use, body: RequestBody, memory: MemoryBudget?) {
        self.head = head
        self.use = use
        self.body = body
        self.memory = memory
    }

    /// Takes the body's bytes from the front of `bytes`.
    ///
    /// - Returns: The body once it is complete.
    /// - Throws: ``RequestFault``; 503 if there is no memory for an incomplete body.
    func take(_ bytes: inout ByteBuffer) throws(RequestFault) -> ByteBuffer? {
        if let whole = try body.take(&bytes) { return whole }
        share = share ?? MemoryShare(of: memory)
        if share?.resize(to: body.heldBytes) == false {
            throw RequestFault(.serviceUnavailable, "the server has no memory left for incomplete request bodies")
        }
        return nil
    }
}
