/// Whose request opens a connection, and who goes on once it is open: of a connection that clients share one opens it, and
/// the others wait. Clients are told by their indices.
struct ConnectionOpening {
    /// Whether a connection is there that has begun to carry requests.
    private(set) var isOpen = false
    /// How many connections have begun to carry requests. Each has its number, from 1 on.
    private(set) var count = 0

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
    ///
    /// - Returns: The number of the connection that carries its request, or will carry it once it is open.
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

    /// A client's exchange has ended, well or badly; if it was to open the connection, the next one's turn has come.
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

    /// Who has waited, in order.
    mutating func takeWaiting() -> [Int] {
        defer { waiting = [] }
        return waiting
    }
}
