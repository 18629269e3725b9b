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
}
