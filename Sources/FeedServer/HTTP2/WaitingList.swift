/// Exchanges that wait for items. Each stores its index, so removal needs no search.
struct WaitingList {
    private(set) var members: ContiguousArray<ConnectionHandler> = []

    var isEmpty: Bool { members.isEmpty }

    mutating func add(_ member: ConnectionHandler) {
        guard member.waitingIndex == nil else { return }
        member.waitingIndex = members.count
        members.append(member)
    }

    mutating func remove(_ member: ConnectionHandler) {
        guard let index = member.waitingIndex else { return }
        let last = members.removeLast()
        if last !== member {
            members[index] = last
            last.waitingIndex = index
        }
        member.waitingIndex = nil
    }
}
