import Transports

/// A third-party server: how it is installed, built, started and fed.
struct PeerProgram: Sendable, Equatable {
    /// When the server can be measured.
    enum ReadyRule: Sendable, Equatable {
        /// It listens on its port.
        case port
        /// In addition, a line of its output matches this regular expression.
        case line(String)
    }

    /// How items reach the server.
    enum ItemsRoute: Sendable, Equatable {
        /// As lines of its standard input.
        case standardInput
        /// Each as the body of a POST to a URL.
        case post(url: String, type: String?)
        /// As entries of a Redis stream, `redis://HOST:PORT/STREAM`.
        case redis(url: String)
    }

    /// What has to be installed.
    struct Installation: Sendable, Equatable {
        /// Debian packages.
        var debian: [String] = []
        /// PyPI packages, such as `websockets==17.4`.
        var pypi: [String] = []
        /// Programs that must exist, in addition to those of the commands.
        var programs: [String] = []
    }

    /// The name of its folder.
    var name: String
    var title: String
    /// The folder with its adapter; commands run there.
    var folder: String
    /// The folder that ``build`` writes to.
    var buildFolder: String
    /// The Python interpreter that has the packages of ``Installation/pypi``.
    var python: String
    var installation = Installation()
    /// Prints the version; the first line counts.
    var version: [String]
    /// `nil` if there is nothing to build.
    var build: [String]?
    var start: [String]
    var environment: [String: String] = [:]
    var ready = ReadyRule.port
    /// Number of ports, 1 to 4. Clients connect to the first.
    var ports = 1
    var items = ItemsRoute.standardInput
    /// By the name of the transport.
    var dialects: [String: ServerDialect]
}
