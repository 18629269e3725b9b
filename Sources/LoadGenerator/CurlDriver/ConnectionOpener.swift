/// Decides which client opens a shared connection. The other clients wait until it is open. Clients are identified by
/// index.
struct ConnectionOpener {
    /// Whether there is a connection that carries requests.
    private(set) var isOpen = false
    /// Whether the connection is known to be gone, although libcurl still has it.
    private(set) var isStale = false

    private let isShared: Bool
    private var opener: Int?
    private var waiting: [Int] = []

    init(isShared: Bool) {
        self.isShared = isShared
    }

    var hasWaiting: Bool { !waiting.isEmpty }

    /// Whether a client may start its request now; otherwise it joins the waiting clients.
    mutating func admits(_ client: Int) -> Bool {
        if isOpen || !isShared { return true }
        if opener == nil || opener == client {
            opener = client
            return true
        }
        waiting.append(client)
        return false
    }

    /// An admitted client starts its request.
    mutating func began(_ client: Int) {
        if !isOpen { opener = client }
        isStale = false
    }

    /// The connection carries requests.
    ///
    /// - Returns: The client that opened it.
    mutating func opened() -> Int? {
        isOpen = true
        defer { opener = nil }
        return opener
    }

    /// A client's exchange has ended, successfully or not. If the client has not opened the connection, the next client
    /// may open it.
    mutating func ended(_ client: Int) {
        if opener == client, !isOpen { opener = nil }
    }

    /// The connection broke, or the server has closed it, while libcurl still has it.
    mutating func broke() {
        isStale = true
        isOpen = false
    }

    /// libcurl has closed the connection.
    mutating func closed() {
        isOpen = false
    }

    /// Removes and returns the waiting clients, in order.
    mutating func takeWaiting() -> [Int] {
        defer { waiting = [] }
        return waiting
    }
}
