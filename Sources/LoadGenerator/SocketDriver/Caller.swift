import Transports

/// A client that wants a way to the server: what it is before it has one.
struct Caller {
    let index: Int
    /// How many ways it had before.
    let attempt: UInt64
    let listener: any ConnectionListener
}
