import HTTP

/// When a peer is ready, and how items reach it.
extension PeerDecoder {
    mutating func ready(in peer: FieldGroup) -> Scenario.Peer.Ready? {
        guard let entry = peer.entries["ready"] else { return .port }
        guard case .mapping = entry.value.content else {
            guard let text = scalar(entry) else { return nil }
            if text == "port" { return .port }
            fail(entry.value.location, "ready is \"\(text.prefix(64))\"; allowed port, {line: REGEX}")
            return nil
        }
        guard let group = open(entry.value, as: "ready", allowed: ["line"]) else { return nil }
        require("line", in: group)
        guard let line = group.entries["line"], let pattern = scalar(line) else { return nil }
        guard !pattern.isEmpty, (try? Regex(pattern)) != nil else {
            fail(line.value.location, "line is \"\(pattern.prefix(64))\", which is not a regular expression")
            return nil
        }
        return .line(pattern)
    }

    mutating func items(_ ports: Int, in peer: FieldGroup) -> Scenario.Peer.ItemSource? {
        guard let entry = peer.entries["items"] else { return .stdin }
        let allowed = "allowed stdin, {post: URL, type: TYPE}, {redis: URL}"
        guard case .mapping = entry.value.content else {
            guard let text = scalar(entry) else { return nil }
            if text == "stdin" { return .stdin }
            fail(entry.value.location, "items is \"\(text.prefix(64))\"; \(allowed)")
            return nil
        }
        guard let group = open(entry.value, as: "items", allowed: ["post", "type", "redis"]) else { return nil }
        switch (group.entries["post"], group.entries["redis"]) {
        case (let post?, nil): return posted(post, ports, in: group)
        case (nil, let redis?):
            if let type = group.entries["type"] { fail(type.keyLocation, "type does not apply: it belongs to post") }
            return streamed(redis, ports)
        case (_?, _?): fail(entry.value.location, "items has both post and redis; write one of them")
        case (nil, nil): fail(entry.value.location, "items has neither post nor redis; \(allowed)")
        }
        return nil
    }

    private mutating func posted(
        _ entry: SourceNode.Entry, _ ports: Int, in group: FieldGroup
    ) -> Scenario.Peer.ItemSource? {
        let type = mediaType(in: group)
        guard let url = url(entry, ports), let type else { return nil }
        let path = Self.afterPort(url, "http://127.0.0.1:", hasNumbers: false)
        guard let path, path.isEmpty || path.hasPrefix("/") else {
            fail(
                entry.value.location,
                "post is \"\(url.prefix(64))\"; write a URL on this machine: http://127.0.0.1:{port}/publish")
            return nil
        }
        return .post(url: url, type: type)
    }

    private mutating func streamed(_ entry: SourceNode.Entry, _ ports: Int) -> Scenario.Peer.ItemSource? {
        guard let url = url(entry, ports) else { return nil }
        let scheme = "redis://"
        let host = url.hasPrefix(scheme) ? url.dropFirst(scheme.count).prefix { $0 != ":" } : ""
        let isHost = !host.isEmpty && host.allSatisfy { $0.isLetterOrDigit || ".-".contains($0) }
        let stream = isHost ? Self.afterPort(url, "\(scheme)\(host):", hasNumbers: true) : nil
        guard let stream, stream.hasPrefix("/"), stream.count > 1 else {
            fail(
                entry.value.location,
                "redis is \"\(url.prefix(64))\"; write redis://HOST:PORT/STREAM, such as "
                    + "redis://127.0.0.1:{port2}/items")
            return nil
        }
        return .redis(url: url)
    }

    private mutating func url(_ entry: SourceNode.Entry, _ ports: Int) -> String? {
        guard let text = scalar(entry) else { return nil }
        let place = entry.value.location
        if let problem = problem(text, allowing: PeerPlaceholder.ports(PeerFields.portCounts.upperBound), ports) {
            fail(place, "\(entry.key) \(problem)")
            return nil
        }
        guard text.isVisibleASCII, text.count <= 1000 else {
            fail(place, "\(entry.key) is \"\(text.prefix(64))\"; write a URL without spaces")
            return nil
        }
        return text
    }

    /// What follows the port of a URL; `nil` if the URL does not begin so.
    ///
    /// - Parameters:
    ///   - url: The URL.
    ///   - start: Its beginning up to the port.
    ///   - hasNumbers: Whether the port may be a number, not only a placeholder.
    /// - Returns: Path and query.
    private static func afterPort(_ url: String, _ start: String, hasNumbers: Bool) -> Substring? {
        guard url.hasPrefix(start) else { return nil }
        let rest = url.dropFirst(start.count)
        for port in PeerPlaceholder.ports(PeerFields.portCounts.upperBound) where rest.hasPrefix(port.text) {
            return rest.dropFirst(port.text.count)
        }
        let digits = rest.prefix(while: \.isNumber)
        guard hasNumbers, let number = Int(digits), (1...65_535).contains(number) else { return nil }
        return rest.dropFirst(digits.count)
    }

    private mutating func mediaType(in group: FieldGroup) -> String? {
        guard let entry = group.entries["type"] else { return "text/plain" }
        guard let text = scalar(entry) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy(\.isToken) else {
            fail(entry.value.location, "type is \"\(text.prefix(64))\"; write a media type such as text/plain")
            return nil
        }
        return text
    }
}
