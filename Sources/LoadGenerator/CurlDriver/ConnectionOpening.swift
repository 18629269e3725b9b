/// Whose request opens a connection, and who goes on once it is open: of a connection that clients share one opens it,
/// and the others wait. Clients are told by their indices.
struct ConnectionOpening {
    /// Whether a connection is there that has begun to carry requests.
    private(set) var isOpen = false
    /// Whether the connection is gone, as far as is known, though libcurl still has it.
    private(set) var isStale = false

    private let isShared: Bool
    private var opener: Int?
    private var waiting: [Int] = []

    init(isShared: Bool) {
        self.isShared = isShared
    }

    var hasWaiting: Bool { !waiting.isEmpty }

    /// Whether a client may begin its request now; else it is remembered.
    mutating func admits(_ client: Int) -> Bool {
        if isOpen || !isShared { return true }
        if opener == nil || opener == client {
            opener = client
            return true
        }
        waiting.append(client)
        return false
    }

    /// An admitted client begins.
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

    /// A client's exchange has ended, well or badly; if it was to open the connection, the next one's turn has come.
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

    /// Who has waited, in order.
    mutating func takeWaiting() -> [Int] {
        defer { waiting = [] }
        return waiting
    }
}
