import HTTP
import NIOCore
import Transports

/// A request whose body is being read, and what is done with the body.
struct AwaitedBody {
    enum Use {
        /// An item from outside.
        case publish(PublishPage)
        /// Sent back.
        case echo
    }

    let head: RequestHead
    let use: Use
    var body: RequestBody
    /// What all clients' unfinished messages and bodies may take; `nil` without bound.
    let memory: MemoryBudget?
    // Of a body that came in parts.
    private var share: MemoryShare?

    init(head: RequestHead, use: Use, body: RequestBody, memory: MemoryBudget?) {
        self.head = head
        self.use = use
        self.body = body
        self.memory = memory
    }

    /// Takes the body's bytes from the front of `bytes`.
    ///
    /// - Returns: The body once all of it is there.
    /// - Throws: ``RequestFault``; 503 if a body that is not complete needs memory that there is not.
    mutating func take(_ bytes: inout ByteBuffer) throws(RequestFault) -> ByteBuffer? {
        if let whole = try body.take(&bytes) { return whole }
        share = share ?? MemoryShare(of: memory)
        if share?.resize(to: body.heldBytes) == false {
            throw RequestFault(.serviceUnavailable, "the server's memory for unfinished bodies is used up")
        }
        return nil
    }
}
