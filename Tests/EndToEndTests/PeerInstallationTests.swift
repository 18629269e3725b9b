import Foundation
import Testing

@Suite("What a scenario's third-party servers need")
struct PeerInstallationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs a command after `Scenarios/install.sh` and `Scenarios/peers.sh`, with a folder of two servers.
    private func shell(_ command: String, _ arguments: String...) throws -> Tool.Ending {
        let scratch = try Scratch()
        for (name, install) in [
            ("ws-node", #"install: {apt: [nodejs, node-ws], pypi: ["websockets==17.4", 'b'], command: node}"#),
            ("plain", "install: {command: sh}  # apt: [no]"), ("typo", "install: {apt: [pushlab-no-such-package]}"),
        ] {
            try FileManager.default.createDirectory(
                at: scratch.folder.appendingPathComponent(name), withIntermediateDirectories: true)
            _ = try scratch.write("\(name)/peer.yaml", "title: \(name)\n\(install)\nstart: [\"apt: [x]\"]\n")
        }
        let script = """
            set -euo pipefail
            . '\(Self.root.path)/Scenarios/install.sh'
            . '\(Self.root.path)/Scenarios/peers.sh'
            peer_folder='\(scratch.folder.path)'
            printf '%s' "$1" >"$peer_folder/scenario.yaml"
            shift
            \(command)
            """
        switch arguments.count {
        case 1: return try Tool.shell(script, arguments[0])
        default: return try Tool.shell(script, arguments[0], arguments[1])
        }
    }

    @Test(
        "the servers that a scenario names, whatever the form of the list",
        arguments: [
            ("servers: [pushlab, ws-node, plain]\nseed: 1\n", "plain\nws-node\n"),
            ("seed: 1\nservers:\n  - ws-node\n  # - plain\n", "ws-node\n"),
            ("servers:\n- plain\nclients: 1\n", "plain\n"),
            ("servers: plain # ws-node\n", "plain\n"), ("name: plain\nclients: 1\n", ""),
        ])
    func names(scenario: String, names: String) throws {
        let ending = try shell(#"peers_of "$peer_folder/scenario.yaml" "$@""#, scenario)
        #expect((ending.code, ending.output, ending.complaint) == (0, names, ""))
    }

    @Test("the servers that an option names", arguments: ["servers=[ws-node, plain]", "servers=[\"plain\",ws-node]"])
    func option(value: String) throws {
        let ending = try shell(#"peers_of "$peer_folder/scenario.yaml" --set "$@""#, "seed: 1\n", value)
        #expect(ending.output == "plain\nws-node\n")
    }

    @Test("the packages of a server are in its line install")
    func packages() throws {
        let ending = try shell(
            "peer_packages ws-node apt; echo -; peer_packages ws-node pypi; echo -; peer_packages plain apt", "")
        #expect(ending.output == "nodejs\nnode-ws\n-\nwebsockets==17.4\nb\n-\n")
    }

    @Test("a package that cannot be had is a warning")
    func missing() throws {
        let ending = try shell(
            """
            install_missing() { echo "cannot install ${missing[*]}" >&2; exit 1; }
            need_peers "$peer_folder/scenario.yaml"
            echo on
            """, "servers: [typo]\n")
        #expect((ending.code, ending.output) == (0, "on\n"))
        #expect(
            ending.complaint == """
                cannot install pushlab-no-such-package
                cannot install pushlab-no-such-package
                warning: the Debian packages of typo could not be installed; its cases will fail

                """)
    }
}
