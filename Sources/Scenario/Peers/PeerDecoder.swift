import Measurement
import Transports

/// Turns the nodes of a `peer.yaml` into a ``Scenario/Peer`` and collects all mistakes.
struct PeerDecoder: NodeDecoder {
    let registry: TransportRegistry
    private(set) var errors: [ScenarioError] = []

    init(registry: TransportRegistry) {
        self.registry = registry
    }

    mutating func fail(_ location: ScenarioError.Location, _ message: String) {
        errors.append(ScenarioError(at: location, message))
    }

    /// - Parameters:
    ///   - name: Of the folder.
    ///   - source: The text with its path.
    /// - Returns: `nil` after a mistake.
    mutating func peer(_ name: String, _ source: PeerText) -> Scenario.Peer? {
        let start = ScenarioError.Location.line(1, file: source.file)
        if name == Scenario.ownServer {
            fail(start, "\(name) is the name of PushLab's own server; give the folder another name")
        } else if !ServerName.isValid(name) {
            fail(start, "the folder is named \"\(name.prefix(64))\"; allowed \(ServerName.rangeText)")
        }
        let root: SourceNode
        do {
            root = try ScenarioText(source.text, file: source.file, noun: "peer.yaml").root
        } catch {
            errors += error.errors
            return nil
        }
        if root.isNull {
            fail(root.location, "the file is empty; it needs title, source, version, start and transports")
            return nil
        }
        let allowed = PeerFields.names(under: "")
        guard let group = open(root, as: "the peer", allowed: allowed, example: "title: ws on Node.js") else {
            return nil
        }
        let peer = peer(name, source, in: group)
        return errors.isEmpty ? peer : nil
    }

    private mutating func peer(_ name: String, _ source: PeerText, in group: FieldGroup) -> Scenario.Peer? {
        let title = text("title", within: PeerFields.titleLengths, in: group)
        let address = address(in: group)
        let note = text("note", within: PeerFields.textLengths, in: group)
        let install = install(in: group)
        let ports = ports(in: group)
        let version = command("version", allowing: PeerPlaceholder.places, ports, in: group)
        let build = command("build", allowing: PeerPlaceholder.places, ports, in: group)
        let start = command("start", allowing: PeerPlaceholder.allCases, ports, in: group)
        let environment = environment(ports, in: group)
        let ready = ready(in: group)
        let items = items(ports, in: group)
        let carried = transports(in: group)
        for field in PeerFields.all where field.defaultText == nil && field.path == field.name {
            require(field.name, in: group)
        }
        guard let title, let address, let version, let start, let ready, let items else { return nil }
        return Scenario.Peer(
            name: name, file: source.file, text: source.text, title: title, source: address, note: note,
            install: install, version: version, build: build, start: start, environment: environment, ready: ready,
            items: items, ports: ports, carried: carried)
    }

    // MARK: Texts

    /// A text on one line; `nil` if it is absent or not valid.
    private mutating func text(_ name: String, within lengths: ClosedRange<Int>, in group: FieldGroup) -> String? {
        guard let entry = group.entries[name], let text = scalar(entry) else { return nil }
        let place = entry.value.location
        if text.contains(where: \.isNewline) {
            fail(place, "\(name) has a line end; write one line")
            return nil
        }
        guard lengths.contains(text.count) else {
            fail(place, "\(name) has \(text.count) characters; allowed \(lengths.lowerBound) to \(lengths.upperBound)")
            return nil
        }
        return text
    }

    private mutating func address(in group: FieldGroup) -> String? {
        guard let entry = group.entries["source"], let found = text("source", within: 1...1000, in: group) else {
            return nil
        }
        let rest = ["https://", "http://"].first { found.hasPrefix($0) }.map { found.dropFirst($0.count) }
        guard let rest, !rest.isEmpty, found.isVisibleASCII else {
            fail(entry.value.location, "source is \"\(found.prefix(64))\"; write an address with https:// or http://")
            return nil
        }
        return found
    }

    /// The entries of a group whose names the file chooses; empty without the group.
    mutating func named(_ name: String, example: String, in group: FieldGroup) -> [SourceNode.Entry] {
        guard let entry = group.entries[name] else { return [] }
        guard case .mapping(let entries) = entry.value.content else {
            fail(entry.value.location, "\(name) \(entry.value.statement); write \(example)")
            return []
        }
        if entries.isEmpty { fail(entry.value.location, "\(name) is empty; write \(example)") }
        return entries
    }

    // MARK: Installation

    private mutating func install(in peer: FieldGroup) -> Scenario.Peer.Install {
        var install = Scenario.Peer.Install()
        guard let entry = peer.entries["install"],
            let group = open(
                entry.value, as: "install", allowed: PeerFields.names(under: "install."), example: "{apt: nginx}")
        else { return install }
        install.apt = words("apt", "the name of a package", in: group, Self.isAptPackage)
        install.pypi = words("pypi", "NAME==VERSION, so that each run has the same version", in: group, Self.isPinned)
        install.commands = words("command", "the name of a program", in: group, Self.isProgram)
        return install
    }

    /// One word, or a list of different ones.
    private mutating func words(
        _ name: String, _ allowed: String, in group: FieldGroup, _ isAllowed: (String) -> Bool
    ) -> [String] {
        guard let entry = group.entries[name] else { return [] }
        var words: [String] = []
        _ = readEach(entry) { decoder, text, location in
            if !isAllowed(text) {
                decoder.fail(location, "\(name) has \"\(text.prefix(64))\"; allowed is \(allowed)")
            } else if words.contains(text) {
                decoder.fail(location, "\(name) has \(text) twice in its list")
            }
            words.append(text)
            return true
        }
        return words
    }

    /// Names and versions as Debian has them; a hyphen first would be an option of apt-get.
    private static func isAptPackage(_ text: String) -> Bool {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = parts[0]
        let version = parts.count > 1 ? parts[1] : "1"
        return name.count > 1 && name.first?.isLetterOrDigit == true
            && name.allSatisfy { $0.isLetterOrDigit && !$0.isUppercase || "+-.".contains($0) }
            && version.first?.isLetterOrDigit == true
            && version.allSatisfy { $0.isLetterOrDigit || "+-.~:".contains($0) }
    }

    private static func isPinned(_ text: String) -> Bool {
        guard let equals = text.firstRange(of: "==") else { return false }
        let (name, version) = (text[..<equals.lowerBound], text[equals.upperBound...])
        return name.first?.isLetterOrDigit == true && version.first?.isLetterOrDigit == true
            && name.allSatisfy { $0.isLetterOrDigit || "-_.[],".contains($0) }
            && version.allSatisfy { $0.isLetterOrDigit || ".+!-_".contains($0) }
    }

    private static func isProgram(_ text: String) -> Bool {
        (text.first?.isLetterOrDigit == true || text.hasPrefix("/"))
            && text.allSatisfy { $0.isLetterOrDigit || "+-._/".contains($0) }
    }

    private mutating func ports(in group: FieldGroup) -> Int {
        guard let entry = group.entries["ports"], let text = scalar(entry) else { return 1 }
        guard let count = Int(text), PeerFields.portCounts.contains(count) else {
            fail(entry.value.location, "ports is \(ShownValue.text(text)); allowed 1 to 4")
            // All placeholders are allowed then: one mistake is enough.
            return PeerFields.portCounts.upperBound
        }
        return count
    }
}

extension Character {
    /// In ASCII.
    var isLetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}

extension String {
    /// Whether all characters are visible ones of ASCII, so that there is no space.
    var isVisibleASCII: Bool { utf8.allSatisfy { (0x21...0x7e).contains($0) } }
}
