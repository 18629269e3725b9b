import Measurement
import Transports

/// The field `servers`: which servers there are, and what third-party ones can be measured with.
extension ScenarioDecoder {
    /// The servers to measure: PushLab's own without the field.
    mutating func servers(in group: FieldGroup) -> [String]? {
        guard let entry = group.entries["servers"] else {
            note(server: Scenario.ownServer, at: group.location)
            return [Scenario.ownServer]
        }
        hasServers = true
        var servers: [String] = []
        let areRead = readEach(entry) { decoder, text, location in
            guard decoder.isKnown(server: text, at: location) else { return false }
            if servers.contains(text) { decoder.fail(location, "servers has \(text) twice in its list") }
            servers.append(text)
            decoder.note(server: text, at: location)
            return true
        }
        return areRead ? servers : nil
    }

    private mutating func note(server: String, at place: ScenarioError.Location) {
        if !namedServers.contains(where: { $0.name == server }) { namedServers.append((server, place)) }
    }

    /// Reads the file of a third-party server when its name is there for the first time.
    private mutating func isKnown(server name: String, at location: ScenarioError.Location) -> Bool {
        if name == Scenario.ownServer || peers.contains(where: { $0.name == name }) { return true }
        if let peer = peer(name, at: location) {
            peers.append(peer)
            return true
        }
        refusedServers.insert(name)
        return false
    }

    private mutating func peer(_ name: String, at location: ScenarioError.Location) -> Scenario.Peer? {
        do throws(UnreadablePeer) {
            guard ServerName.isValid(name), let source = try peerSource.text(of: name) else {
                let names = [Scenario.ownServer] + peerSource.names
                fail(
                    location,
                    "servers has \"\(name.prefix(64))\", which is neither \(Scenario.ownServer) nor a folder in peers; "
                        + "allowed \(names.joined(separator: ", "))\(Spelling.suggestion(for: name, among: names))")
                return nil
            }
            // The mistakes of a file are told once, wherever its name is.
            if refusedServers.contains(name) { return nil }
            var decoder = PeerDecoder(registry: registry)
            let peer = decoder.peer(name, source)
            for error in decoder.errors { fail(error.location, error.message) }
            return peer
        } catch {
            fail(location, "servers has \(name): \(error)")
            return nil
        }
    }

    // MARK: What servers carry

    /// Leaves out the servers that do not carry a transport, and reports what the others cannot be measured with.
    mutating func keepServers(in fields: inout CaseFields, carrying use: UnnamedUse, at node: SourceNode) {
        let isForeign = use.transport is any ListenerOnlyTransport.Type
        let others = fields.servers.filter { $0 != Scenario.ownServer }
        if isForeign, !hasServers {
            fail(
                node.place(of: "use"),
                "use is \(use.transport.name), which PushLab's own server does not carry; add a server that does, such "
                    + "as servers: [socketio]")
        }
        if others.isEmpty, !isForeign { return }
        if fields.feeds.contains(where: \.isEcho) {
            for (name, place) in namedServers where others.contains(name) {
                fail(place, "servers has \(name), but only PushLab's own server echoes what clients send; remove it")
            }
            return
        }
        let transport = use.transport.name
        wantedTransports.insert(transport)
        let lacking = fields.servers.filter { name in
            if name == Scenario.ownServer { return isForeign }
            return peers.contains { $0.name == name && $0.dialect(for: transport) == nil }
        }
        fields.servers.removeAll { lacking.contains($0) }
        for server in lacking {
            let left = Scenario.LeftOutTransport(server: server, transport: transport)
            if !leftOut.contains(left) { leftOut.append(left) }
        }
        let carrying = others.filter { !lacking.contains($0) }
        if carrying.isEmpty { return }
        refuse(optionsOf: use, at: node, with: carrying)
        let scaleOut = fields.scaleOuts == [nil] ? [] : [Fields.scaleOut.name]
        for field in scaleOut + fields.strains.flatMap(\.fieldsOfOwnServer).distinct() {
            let names = Self.list(carrying)
            failField("\(field) needs PushLab's own server, but servers has \(names); remove one of the two fields")
        }
    }

    private mutating func refuse(optionsOf use: UnnamedUse, at node: SourceNode, with servers: [String]) {
        for option in use.transport.options where option.needsOwnServer(for: use.options[option]) {
            fail(
                node.place(of: option.name),
                "\(option.name): \(use.options[option].text) needs PushLab's own server, but servers has "
                    + "\(Self.list(servers)); remove the option, or add with: {servers: \(Scenario.ownServer)} here")
        }
    }

    /// Reports servers that carry nothing of the scenario, and a scenario without a case.
    mutating func checkServers(making cases: Int, at place: ScenarioError.Location) {
        let before = errors.count
        for peer in peers where !wantedTransports.isEmpty && wantedTransports.isDisjoint(with: peer.transports) {
            guard let named = namedServers.first(where: { $0.name == peer.name }) else { continue }
            fail(
                named.place,
                "servers has \(peer.name), which carries none of the transports here; it carries "
                    + peer.transports.joined(separator: ", "))
        }
        if cases == 0, errors.count == before {
            fail(place, "no case is left: no server carries a transport that is to be measured with it")
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: " and ") }
}

extension SourceNode {
    /// The place of a field's value in this group; of the group itself if the field is not there.
    fileprivate func place(of field: String) -> ScenarioError.Location {
        guard case .mapping(let entries) = content else { return location }
        return entries.first { $0.key == field }?.value.location ?? location
    }
}

extension Scenario.Strain {
    /// The fields that only PushLab's own server understands, if they have another value than without them.
    fileprivate var fieldsOfOwnServer: [String] {
        [
            restart == nil ? nil : "reconnect", history == nil ? nil : "history",
            slowSubscriber == .disconnect ? nil : "slow-subscriber",
        ].compactMap(\.self)
    }
}
