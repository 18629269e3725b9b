import Transports

extension Scenario {
    /// The name of PushLab's own server in `servers` and in results.
    package static let ownServer = "pushlab"

    /// A third-party server: how it is installed, started and fed, and how it carries the feed. Its text is the file
    /// `peer.yaml` in a folder with its adapter.
    package struct Peer: Sendable, Hashable {
        /// Its folder's name: 1 to 32 lower-case letters, digits and hyphens, not a hyphen first.
        package let name: String
        /// Path of `peer.yaml`, as the scenario's path: relative to the working directory, or absolute.
        package let file: String
        /// The file's text as read.
        package let text: String
        /// Its name in reports.
        package let title: String
        /// URL of the software.
        package let source: String
        /// What it batches or compresses, in one sentence; `nil` if there is nothing to say.
        package let note: String?
        package let install: Install
        /// Prints the version in its first line.
        package let version: [String]
        /// Runs once in the peer's folder before the first start; `nil` if nothing has to be built.
        package let build: [String]?
        /// Runs in the peer's folder, once per case.
        package let start: [String]
        /// Variables in addition to those of the lab.
        package let environment: [String: String]
        package let ready: Ready
        package let items: ItemSource
        /// Number of ports to reserve, 1 to 4: `{port}`, `{port2}`, `{port3}` and `{port4}`.
        package let ports: Int
        /// In the order of the file; at least one.
        let carried: [CarriedTransport]

        /// What must be installed before the server can run.
        package struct Install: Sendable, Hashable {
            /// Packages of Debian and Ubuntu.
            package var apt: [String] = []
            /// Packages of the Python Package Index, `NAME==VERSION`, for a virtual environment of the peer.
            package var pypi: [String] = []
            /// Programs that must be there, by name or absolute path.
            package var commands: [String] = []
        }

        /// When the server can take clients.
        package enum Ready: Sendable, Hashable {
            /// Its first port accepts connections.
            case port
            /// A line of its standard output or standard error contains a match of this regular expression.
            case line(String)
        }

        /// How items reach the server; each is a text item of PushLab, see `ItemText`.
        package enum ItemSource: Sendable, Hashable {
            /// One item per line of standard input.
            case stdin
            /// One POST per item; the URL has placeholders.
            case post(url: String, type: String)
            /// A Redis stream, `redis://HOST:PORT/STREAM`; the URL may have placeholders.
            case redis(url: String)
        }

        /// A transport that the server carries.
        struct CarriedTransport: Sendable, Hashable {
            let name: String
            let dialect: ServerDialect
        }
    }
}

extension Scenario.Peer {
    /// The transports that it carries, by name, in the order of its file.
    package var transports: [String] { carried.map(\.name) }

    /// How it carries a transport; `nil` if it does not.
    package func dialect(for transport: String) -> ServerDialect? {
        carried.first { $0.name == transport }?.dialect
    }

    /// The folder with `peer.yaml` and the adapter.
    package var folder: String {
        let parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}

/// The name of a server in `servers`.
enum ServerName {
    static let rangeText = "1 to 32 lower-case letters, digits and hyphens, not a hyphen first"
    /// The same as a regular expression without anchors, for the JSON Schema.
    static let pattern = "[a-z0-9][a-z0-9-]{0,31}"

    /// Whether a text is such a name, and so safe in paths and case names.
    static func isValid(_ text: String) -> Bool {
        let allowed = text.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
        return allowed && (1...32).contains(text.count) && text.first != "-"
    }
}
