import Transports

/// The fields of `peer.yaml`, for the decoder and the documentation.
enum PeerFields {
    static let textLengths = 1...300
    static let titleLengths = 1...100
    static let portCounts = 1...4
    static let boundaries = ItemBoundary.allCases.map(\.rawValue)
    static let cursors = CursorForm.allCases.map(\.rawValue)

    /// In the order of the documentation.
    static let all: [ScenarioField] = [
        ScenarioField(
            "title", unit: "text", default: nil, range: "1 to 100 characters", "Name of the server in reports."),
        ScenarioField(
            "source", unit: "text", default: nil, range: "an address with http:// or https://",
            "Where the software comes from."),
        ScenarioField(
            "note", unit: "text", default: "", range: "1 to 300 characters",
            "What it batches, compresses or leaves out, in one sentence for the report."),
        ScenarioField(
            "install", unit: "group", default: "", range: "apt, pypi, command", "What it needs on this machine."),
        ScenarioField(
            "install.apt", unit: "word or list", default: "", range: "names of packages",
            "Packages of Debian and Ubuntu, which `Scenarios/run.sh` installs."),
        ScenarioField(
            "install.pypi", unit: "word or list", default: "", range: "NAME==VERSION",
            "Packages of the Python Package Index, which go into a virtual environment of the server."),
        ScenarioField(
            "install.command", unit: "word or list", default: "", range: "names of programs",
            "Programs that must be there."),
        ScenarioField(
            "version", unit: "command", default: nil, range: "a list of words",
            "Prints the version in its first line."),
        ScenarioField(
            "build", unit: "command", default: "", range: "a list of words", "Builds the adapter into `{build}`."),
        ScenarioField(
            "start", unit: "command", default: nil, range: "a list of words",
            "Starts the server; it ends at the end of its input, or with SIGTERM."),
        ScenarioField(
            "environment", unit: "group", default: "", range: "names of variables with texts",
            "Variables for all its commands."),
        ScenarioField(
            "ready", unit: "word or group", default: "port", range: "port, {line: REGEX}",
            "When clients may connect: `{port}` accepts connections, or a line of its output matches."),
        ScenarioField(
            "items", unit: "word or group", default: "stdin",
            range: "stdin, {post: URL, type: TYPE}, {redis: URL}",
            "How items reach it: one per line of its input, by one POST each, or through a Redis stream."),
        ScenarioField(
            "ports", unit: "whole number", default: "1", range: "1 to 4", "Ports that the lab reserves for it."),
        ScenarioField(
            "transports", unit: "group of groups", default: nil, range: "1 transport or more",
            "The transports that it carries, each with the fields below."),
        ScenarioField(
            "transports.NAME.path", unit: "text", default: nil, range: "a path, perhaps with a query",
            "The target of each request or handshake."),
        ScenarioField(
            "transports.NAME.subprotocol", unit: "word", default: "none", range: "own, none, a subprotocol's name",
            "What WebSocket clients offer and require; `own` is PushLab's. Only for `websocket`."),
        ScenarioField(
            "transports.NAME.items", unit: "word", default: "own", range: boundaries.joined(separator: ", "),
            "Where an item ends: as with PushLab's server, at a line end, with the body or message, with a chunk, "
                + "or as an element of a JSON array."),
        ScenarioField(
            "transports.NAME.cursor", unit: "word", default: "none", range: cursors.joined(separator: ", "),
            "How clients say which items they have: as with PushLab's server, with the validators of the last "
                + "response, with the id of the last event, or not at all."),
        ScenarioField(
            "transports.NAME.one-by-one", unit: "flag", default: "false", range: "true, false",
            "Whether a response to a poll has one item although more are there."),
        ScenarioField(
            "transports.NAME.fields", unit: "group", default: "", range: "names of header fields with values",
            "Header fields of each request or handshake."),
    ]

    /// The names below a path; the prefix is `""`, `install.`, `transports.NAME.`.
    static func names(under prefix: String) -> [String] {
        all.filter { $0.path == prefix + $0.name }.map(\.name)
    }

    /// Fields that would change what the client itself sends to open, frame or keep a connection.
    static let reservedFields = ["host", "upgrade", "connection", "content-length", "transfer-encoding"]
    static let reservedPrefix = "sec-websocket-"
}
