/// Decides which client opens a shared connection. The other clients wait until it is open. Clients are identified by
/// index.
struct ConnectionOpener {
    /// Whether there is a connection that carries requests.
    private(set) var isOpen = false
    /// Number of connections that have carried requests so far. They are numbered from 1.
    private(set) var count = 0

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
    ///
    /// - Returns: The number of the connection that carries the request, or will carry it once it is open.
    mutating func began(_ client: Int) -> Int {
        if isOpen { return count }
        opener = client
        return count + 1
    }

    /// The connection carries requests.
    ///
    /// - Returns: The client that opened it.
    mutating func opened() -> Int? {
        isOpen = true
        count += 1
        defer { opener = nil }
        return opener
    }

    /// A client's exchange has ended, successfully or not. If the client has not opened the connection, the next client
    /// may open it.
    mutating func ended(_ client: Int) {
        if opener == client, !isOpen { opener = nil }
    }

    /// A connection broke, or the server has closed it, while libcurl still has it. The last requests of an earlier
    /// connection may fail when the next one is open already, which changes nothing.
    mutating func broke(_ number: Int) {
        if number >= count { isOpen = false }
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
