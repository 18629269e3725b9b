import NIOCore
import Transports

/// Connections that have every item and get the next ones as the same bytes, so that an item reaches them without a
/// look at each: only their sockets are listed here, one after another.
///
/// A member's own state is behind meanwhile: before anything else happens to a connection, it leaves its group, and
/// its subscriber is told what was delivered.
struct LiveGroups {
    /// What the bytes depend on.
    struct Form: Equatable {
        /// Number of the transport in the registry.
        let number: Int
        let variant: UInt8
        let closing: Bool
    }

    /// A connection's place.
    struct Place {
        fileprivate let group: Int
        fileprivate let index: Int
    }

    struct Member {
        let socket: Int32
        // Unmanaged, because counting a reference would touch the connection's memory; it leaves before it ends.
        private let unmanaged: Unmanaged<ConnectionHandler>

        init(_ connection: ConnectionHandler, socket: Int32) {
            self.socket = socket
            unmanaged = .passUnretained(connection)
        }

        var connection: ConnectionHandler { unmanaged.takeUnretainedValue() }
    }

    struct Group {
        let form: Form
        let transport: any PushTransport.Type
        /// The last sequence that every member has.
        fileprivate(set) var cursor: UInt64
        fileprivate(set) var members: ContiguousArray<Member> = []
    }

    private(set) var all: [Group] = []

    /// Adds a connection.
    ///
    /// - Parameters:
    ///   - connection: Has every item, and nothing that waits to be written.
    ///   - socket: Its socket.
    ///   - form: Its form.
    ///   - transport: Encodes the items.
    ///   - cursor: The last sequence that it has.
    /// - Returns: `false` if the group has not got this item yet, or has a later one.
    mutating func add(
        _ connection: ConnectionHandler, socket: Int32, _ form: Form, _ transport: any PushTransport.Type,
        cursor: UInt64
    ) -> Bool {
        let group = all.firstIndex { $0.form == form } ?? all.count
        if group == all.count { all.append(Group(form: form, transport: transport, cursor: cursor)) }
        if all[group].members.isEmpty { all[group].cursor = cursor }
        guard all[group].cursor == cursor else { return false }
        connection.livePlace = Place(group: group, index: all[group].members.count)
        all[group].members.append(Member(connection, socket: socket))
        return true
    }

    /// Removes a connection.
    ///
    /// - Returns: The last sequence that it has; `nil` if it was in no group.
    @discardableResult
    mutating func remove(_ connection: ConnectionHandler) -> UInt64? {
        guard let place = connection.livePlace else { return nil }
        connection.livePlace = nil
        let last = all[place.group].members.removeLast()
        if last.connection !== connection {
            all[place.group].members[place.index] = last
            last.connection.livePlace = place
        }
        return all[place.group].cursor
    }

    /// Every member of the group gets the items up to this one.
    mutating func advance(_ group: Int, to cursor: UInt64) {
        all[group].cursor = cursor
    }
}
